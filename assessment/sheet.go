package assessment

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"merida/fault"
	"merida/identity"
	"merida/lang"
)

// SheetRows is how many wishes for assistance, and how many statements of it, one row of a sheet shows.
const SheetRows = 3

// SheetFields lists the parts of an answer that a row of a sheet may change, in their order:
// implementation, practice, missing, challenges, then wanted_1_form and so on.
func SheetFields() []string {
	out := []string{"implementation", "practice", "missing", "challenges"}
	for i := 1; i <= SheetRows; i++ {
		for _, f := range []string{"form", "what", "for_whom", "when"} {
			out = append(out, fmt.Sprintf("wanted_%d_%s", i, f))
		}
	}
	for i := 1; i <= SheetRows; i++ {
		for _, f := range []string{"form", "by", "when", "what"} {
			out = append(out, fmt.Sprintf("given_%d_%s", i, f))
		}
	}
	return out
}

// Cell is what a field says, with codes and not labels; challenges stand one on a line.
func (c Content) Cell(field string) string {
	switch field {
	case "implementation":
		return string(c.Implementation)
	case "practice":
		return c.Practice
	case "missing":
		return c.Missing
	case "challenges":
		return strings.Join(c.Challenges, "\n")
	}
	if p := c.assistance(field, false); p != nil {
		return *p
	}
	return ""
}

// assistance is the place of a field such as wanted_1_form, nil where there is none. With grow, rows are
// added until there is one; the content must then be the caller's own copy.
func (c *Content) assistance(field string, grow bool) *string {
	kind, rest, _ := strings.Cut(field, "_")
	number, name, ok := strings.Cut(rest, "_")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > SheetRows {
		return nil
	}
	switch kind {
	case "wanted":
		for grow && len(c.Wanted) < n {
			c.Wanted = append(c.Wanted, Wanted{})
		}
		if len(c.Wanted) < n {
			return nil
		}
		w := &c.Wanted[n-1]
		return map[string]*string{"form": &w.Form, "what": &w.What, "for_whom": &w.ForWhom, "when": &w.When}[name]
	case "given":
		for grow && len(c.Given) < n {
			c.Given = append(c.Given, Given{})
		}
		if len(c.Given) < n {
			return nil
		}
		g := &c.Given[n-1]
		return map[string]*string{"form": &g.Form, "by": &g.By, "when": &g.When, "what": &g.What}[name]
	}
	return nil
}

// With gives the content with the cells of a row in it. A blank cell changes nothing: who
// deletes a column from a sheet has not deleted the answers.
func (c Content) With(cells map[string]string) Content {
	c.Wanted, c.Given = append([]Wanted(nil), c.Wanted...), append([]Given(nil), c.Given...)
	for _, field := range SheetFields() {
		value := strings.TrimSpace(strings.ReplaceAll(cells[field], "\r\n", "\n"))
		if value == "" {
			continue
		}
		switch field {
		case "implementation":
			c.Implementation = Implementation(value)
		case "practice":
			c.Practice = value
		case "missing":
			c.Missing = value
		case "challenges":
			c.Challenges = strings.Split(value, "\n")
		default:
			if p := c.assistance(field, true); p != nil {
				*p = value
			}
		}
	}
	return c
}

// SheetRow is one row of a sheet that is read back: the answer, the version that the sheet showed, and what its cells say.
type SheetRow struct {
	Answer  AnswerID          `json:"answer"`
	Version int               `json:"version"` // 0 where nothing had been saved
	Lang    string            `json:"lang,omitempty"`
	Cells   map[string]string `json:"cells"` // by field, codes and not labels; blank cells may be absent
}

// SheetOutcome says what a row would do.
type SheetOutcome string

const (
	SheetSame    SheetOutcome = "same"    // the answer says this already
	SheetChanges SheetOutcome = "changes" // it becomes the newest version
	SheetJoins   SheetOutcome = "joins"   // the answer was changed since, at other places; both changes stay
	SheetClashes SheetOutcome = "clashes" // the same part was changed since; the row is kept beside, until somebody decides
	SheetClosed  SheetOutcome = "closed"  // the answer is not open for writing
	SheetRefused SheetOutcome = "refused" // see Err
)

// CellChange is one cell that differs.
type CellChange struct {
	Field    string
	Now, New string // codes and not labels
}

// Foreseen is what a row of a sheet would do, and to what.
type Foreseen struct {
	Row     SheetRow
	Answer  Answer // zero where the assessment has no such answer
	Outcome SheetOutcome
	Changes []CellChange // against what the answer says now
	Since   Version      // what was written since the sheet was made, where it joins or clashes
	Err     error
	content Content // to be saved
}

// foresee tells what a row would do. base is the version that the sheet showed.
func foresee(row SheetRow, a Answer, s State, base, current Version) Foreseen {
	f := Foreseen{Row: row, Answer: a}
	content := base.Content
	if content.Lang == "" {
		if content.Lang = lang.Tag(row.Lang); !lang.IsOfficial(content.Lang) {
			content.Lang = "en"
		}
	}
	content, err := content.With(row.Cells).Clean()
	if err != nil {
		f.Outcome, f.Err = SheetRefused, err
		return f
	}
	f.content = content
	for _, field := range SheetFields() {
		if now, new := current.Content.Cell(field), content.Cell(field); now != new && content.Cell(field) != base.Content.Cell(field) {
			f.Changes = append(f.Changes, CellChange{field, now, new})
		}
	}
	switch {
	case len(f.Changes) == 0:
		f.Outcome = SheetSame
	case !a.Writable(s):
		f.Outcome = SheetClosed
	case row.Version == a.Version:
		f.Outcome = SheetChanges
	default:
		f.Since, f.Outcome = current, SheetJoins
		if _, ok := MergeParts(base.Content, content, current.Content); !ok {
			f.Outcome = SheetClashes
		}
	}
	return f
}

// ForeseeSheet tells what the rows of a sheet would do to an assessment; it changes nothing.
// Denied or NotFound: the actor does not lead the party's answers.
func (s *Service) ForeseeSheet(ctx context.Context, actor identity.Actor, id ID, rows []SheetRow) ([]Foreseen, error) {
	w, err := s.Store.Whole(ctx, actor.Sight(), id)
	if err != nil {
		return nil, err
	}
	if err := actor.Must(identity.EditAnswer, identity.Scope{Party: w.Assessment.Party}); err != nil {
		return nil, err
	}
	current, err := s.Store.Contents(ctx, actor.Sight(), id)
	if err != nil {
		return nil, err
	}
	byID := make(map[AnswerID]Answer, len(w.Answers))
	for _, a := range w.Answers {
		byID[a.ID] = a
	}
	seen := map[AnswerID]bool{}
	out := make([]Foreseen, 0, len(rows))
	for _, row := range rows {
		a, ok := byID[row.Answer]
		refuse := func(key string) {
			out = append(out, Foreseen{Row: row, Answer: a, Outcome: SheetRefused, Err: fault.New(fault.Invalid, key, nil)})
		}
		switch {
		case !ok:
			refuse("answersheet.error.answer")
			continue
		case seen[a.ID]:
			refuse("answersheet.error.twice")
			continue
		case row.Version < 0 || row.Version > a.Version:
			refuse("answersheet.error.version")
			continue
		}
		seen[a.ID] = true
		base := current[a.ID]
		if row.Version != a.Version {
			if base, err = s.version(ctx, actor, a.ID, row.Version); err != nil {
				return nil, err
			}
		}
		out = append(out, foresee(row, a, w.Assessment.State, base, current[a.ID]))
	}
	return out, nil
}

// version reads one version of an answer; version 0 is the empty one.
func (s *Service) version(ctx context.Context, actor identity.Actor, id AnswerID, n int) (Version, error) {
	if n == 0 {
		return Version{}, nil
	}
	vs, err := s.Store.Versions(ctx, actor.Sight(), id)
	for _, v := range vs {
		if v.N == n {
			return v, err
		}
	}
	if err == nil {
		err = fault.New(fault.Invalid, "answersheet.error.version", nil)
	}
	return Version{}, err
}

// SheetDone counts what reading a sheet did.
type SheetDone struct {
	Saved, Kept, Same, Refused int
}

// ApplySheet saves the rows of a sheet, each as an act of its own with its trace. What was changed since
// by somebody else is joined, or the row is kept beside: nothing is overwritten. The same rows again change nothing.
func (s *Service) ApplySheet(ctx context.Context, actor identity.Actor, id ID, rows []SheetRow) (done SheetDone, err error) {
	foreseen, err := s.ForeseeSheet(ctx, actor, id, rows)
	if err != nil {
		return done, err
	}
	key := actor.Request.Key
	for _, f := range foreseen {
		switch f.Outcome {
		case SheetSame:
			done.Same++
			continue
		case SheetRefused, SheetClosed:
			done.Refused++
			continue
		}
		if key != "" {
			actor.Request.Key = key + "/" + string(f.Answer.ID)
		}
		_, err := s.Save(ctx, actor, f.Answer.ID, f.Row.Version, f.content)
		_, clashed := errors.AsType[*Clash](err)
		switch {
		case err == nil:
			done.Saved++
		case clashed:
			done.Kept++
		case fault.Is(err, fault.Denied), fault.Is(err, fault.Invalid):
			done.Refused++
		default:
			return done, err
		}
	}
	return done, nil
}
