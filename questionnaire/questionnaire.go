package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"merida/convention"
	"merida/fault"
	"merida/lang"
)

// EditionID identifies an edition: "self-assessment-1".
type EditionID string

// State is where an edition stands.
type State string

const (
	Draft    State = "draft"
	Tabled   State = "tabled"
	Approved State = "approved"
	Retired  State = "retired"
)

// Edition is one immutable wording of a questionnaire, with its standing.
type Edition struct {
	ID         EditionID
	State      State
	Symbol     string // of the decision that approved it
	ApprovedOn string // date, "2026-11-24"
	Hash       string // SHA-256 of the content, hex; set when tabled
	Rev        int64
	Content    Content
}

// Content is what an edition asks.
type Content struct {
	Questionnaire string        `json:"questionnaire"` // "self-assessment"
	Convention    convention.ID `json:"convention"`
	Edition       int           `json:"edition"`
	Titles        lang.Text     `json:"titles"`
	Sections      []Section     `json:"sections"`
	Block         Block         `json:"block"`
}

// Section groups the questions on one provision, usually an article.
type Section struct {
	ID        string        `json:"id"`
	Provision convention.ID `json:"provision"`
	Questions []Question    `json:"questions"`
}

// Question asks about one provision; what follows it is the Block.
type Question struct {
	ID        string        `json:"id"`
	Provision convention.ID `json:"provision"`
	Text      lang.Text     `json:"text"`
	Guidance  lang.Text     `json:"guidance,omitempty"`
	// From names the questions of the edition before that this one takes the place of, where
	// the provisions do not tell it; see [Compare].
	From []string `json:"from,omitempty"`
}

// General reports whether the question is about the convention as a whole and not about one of its provisions:
// the institutions consulted, the legal system. Its answer is a text with citations; the block does not follow it.
func (q Question) General() bool { return General(q.Provision) }

// General reports whether an id is that of a convention as a whole.
func General(id convention.ID) bool { return id != "" && !strings.Contains(string(id), "/") }

// Block is what follows every question about a provision, modelled once.
type Block struct {
	Options    []Option `json:"options"` // yes, in_part, no
	Parts      []Part   `json:"parts"`
	Challenges []Option `json:"challenges"`
	// General is what stands in the block's place after a question about the convention as a whole; nil where there is none.
	General *Part `json:"general,omitempty"`
}

// Part is one step of the block: its label and what belongs there.
type Part struct {
	ID    string    `json:"id"` // as in package assessment: implementation, citations, practice, missing, wanted, given
	Label lang.Text `json:"label"`
	Hint  lang.Text `json:"hint,omitempty"`
}

// Option is a code with its label.
type Option struct {
	Code  string    `json:"code"`
	Label lang.Text `json:"label"`
	Hint  lang.Text `json:"hint,omitempty"`
}

// Question finds a question of the edition with its section.
func (c *Content) Question(id string) (q *Question, s *Section, ok bool) {
	for i := range c.Sections {
		for j := range c.Sections[i].Questions {
			if c.Sections[i].Questions[j].ID == id {
				return &c.Sections[i].Questions[j], &c.Sections[i], true
			}
		}
	}
	return nil, nil, false
}

// Part finds a part of the block; the zero Part when there is none.
func (b *Block) Part(id string) Part {
	for _, p := range b.Parts {
		if p.ID == id {
			return p
		}
	}
	return Part{ID: id}
}

// All walks the questions in order.
func (c *Content) All() []Question {
	var out []Question
	for _, s := range c.Sections {
		out = append(out, s.Questions...)
	}
	return out
}

// hash is the SHA-256 of the content's JSON as this program writes it, hex.
func (c *Content) hash() string {
	b, _ := json.Marshal(c) // cannot fail: strings and numbers only
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

const (
	maxBytes     = 4 << 20
	maxQuestions = 5000
)

// Parse reads an edition's content. Unknown members are refused, so that a
// misspelt one is not silently lost.
// Invalid: no JSON of this form, ids twice, provisions that known does not
// know, or a text that lacks one of the six languages; each place is named.
func Parse(r io.Reader, known func(convention.ID) bool) (Content, error) {
	var c Content
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return c, err
	}
	if len(b) > maxBytes {
		return c, fault.New(fault.TooLarge, "", fault.Args{"limit": maxBytes})
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fault.Wrap(fault.Invalid, "questionnaire.error.json", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return c, fault.New(fault.Invalid, "questionnaire.error.json", nil)
	}
	return c, c.check(known)
}

// Limits of what an edition holds, besides those of the file.
const (
	maxText = 4000 // bytes of one text in one language
	maxID   = 60   // bytes of the id of a question, a section or a code
)

// check names everything that is wrong with a content, each at its place.
func (c *Content) check(known func(convention.ID) bool) error {
	var bad fault.List
	long := func(place string, t lang.Text) {
		for _, l := range t.Tags() {
			if n := len(t[l].S); n > maxText {
				bad.Add(place, "fault.too_long", fault.Args{"limit": maxText, "length": n})
			}
		}
	}
	six := func(place string, t lang.Text) {
		for _, l := range lang.Official {
			if t[l].S == "" {
				bad.Add(place, "questionnaire.error.language", fault.Args{"lang": string(l)})
			}
		}
		long(place, t)
	}
	if c.Questionnaire == "" || c.Edition < 1 {
		bad.Add("questionnaire", "fault.required", nil)
	}
	if len(c.Questionnaire) > maxID || strings.ContainsFunc(c.Questionnaire, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		bad.Add("questionnaire", "questionnaire.error.name", nil)
	}
	six("titles", c.Titles)
	seen, sections := map[string]bool{}, map[string]bool{}
	n := 0
	for _, s := range c.Sections {
		if sections[s.ID] {
			bad.Add(s.ID, "questionnaire.error.id", fault.Args{"id": s.ID})
		}
		sections[s.ID] = true
		if !known(s.Provision) {
			bad.Add(s.ID, "questionnaire.error.provision", fault.Args{"id": string(s.Provision)})
		}
		for _, q := range s.Questions {
			n++
			if q.ID == "" || seen[q.ID] {
				bad.Add(q.ID, "questionnaire.error.id", fault.Args{"id": q.ID})
			}
			seen[q.ID] = true
			if len(q.ID) > maxID {
				bad.Add(q.ID, "fault.too_long", fault.Args{"limit": maxID, "length": len(q.ID)})
			}
			if !known(q.Provision) {
				bad.Add(q.ID, "questionnaire.error.provision", fault.Args{"id": string(q.Provision)})
			}
			if q.General() && c.Block.General == nil {
				bad.Add(q.ID, "questionnaire.error.general", nil)
			}
			six(q.ID, q.Text)
			long(q.ID, q.Guidance)
		}
	}
	if n == 0 || n > maxQuestions {
		bad.Add("sections", "questionnaire.error.questions", fault.Args{"limit": maxQuestions})
	}
	for _, options := range [][]Option{c.Block.Options, c.Block.Challenges} {
		codes := map[string]bool{}
		for _, o := range options {
			if o.Code == "" || len(o.Code) > maxID || codes[o.Code] {
				bad.Add(o.Code, "questionnaire.error.code", fault.Args{"code": o.Code})
			}
			codes[o.Code] = true
			six(o.Code, o.Label)
			long(o.Code, o.Hint)
		}
	}
	parts := c.Block.Parts
	if g := c.Block.General; g != nil {
		parts = append(parts[:len(parts):len(parts)], *g)
	}
	for _, p := range parts {
		six(p.ID, p.Label)
		long(p.ID, p.Hint)
	}
	return bad.Err()
}
