package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"merida/exchange/xlsform"
	"merida/fault"
	"merida/identity"
	"merida/questionnaire"
)

// editionResult says what became of a file that holds an edition.
type editionResult struct {
	Edition   questionnaire.EditionID `json:"edition"`
	Questions int                     `json:"questions"`
	// Outcome is accepted (a new draft), updated (the draft has other words now), unchanged, or refused.
	Outcome string                     `json:"outcome"`
	Against questionnaire.EditionID    `json:"against,omitempty"` // the edition that Changes compares with
	Changes map[questionnaire.Fate]int `json:"changes,omitempty"`
	Left    int                        `json:"left"`   // lines of a form that a questionnaire cannot hold
	Faults  int                        `json:"faults"` // lines at fault
}

// importQuestionnaire takes an edition in as a draft, or says line by line why not.
func (a *app) importQuestionnaire(ctx context.Context, path string, dry bool, tell func(progress)) (out editionResult, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return out, err
	}
	shipped, err := questionnaire.Shipped()
	if err != nil {
		return out, err
	}
	c, left, bad, err := xlsform.Open(b, shipped[0].Block, a.conventions.Known)
	if err != nil {
		return out, err
	}
	p := a.locale.Printer("en")
	say := func(word string, lines []xlsform.Line) {
		for _, l := range lines {
			at := filepath.Base(path)
			if l.Row > 0 {
				at += fmt.Sprintf(":%s:%d", l.Sheet, l.Row)
			}
			if l.Name != "" {
				at += "  " + l.Name
			}
			tell(progress{Line: word + "  " + at + "  " + p.T(l.Key, l.Args)})
		}
	}
	say("left out", left)
	say("refused", bad)
	out = editionResult{Edition: c.ID(), Questions: len(c.All()), Outcome: "refused", Left: len(left), Faults: len(bad)}
	if len(bad) > 0 {
		return out, nil
	}
	all, err := a.questionnaires.Store.Editions(ctx)
	if err != nil {
		return out, err
	}
	var before *questionnaire.Edition
	for i, e := range all {
		if e.Content.Questionnaire == c.Questionnaire && e.Content.Edition <= c.Edition {
			before = &all[i]
		}
	}
	if before != nil {
		out.Against, out.Changes = before.ID, map[questionnaire.Fate]int{}
		for _, x := range questionnaire.Compare(&before.Content, &c) {
			out.Changes[x.Fate]++
		}
	}
	out.Outcome = "accepted"
	actor := identity.OperatorActor()
	switch {
	case before == nil || before.ID != c.ID():
		if !dry {
			_, err = a.questionnaires.Add(ctx, actor, c)
		}
	case before.Content.Hash() == c.Hash():
		out.Outcome = "unchanged"
	case before.State != questionnaire.Draft:
		return out, fault.New(fault.Conflict, "questionnaire.error.exists", nil)
	default:
		out.Outcome = "updated"
		if !dry {
			_, err = a.questionnaires.Revise(ctx, actor, c)
		}
	}
	return out, err
}

// said is the result as a sentence.
func (r editionResult) said(dry bool) string {
	var b strings.Builder
	if dry {
		b.WriteString("Nothing was changed. ")
	}
	fmt.Fprintf(&b, "%s: %s, %d questions", r.Edition, r.Outcome, r.Questions)
	if r.Left+r.Faults > 0 {
		fmt.Fprintf(&b, "; %d lines left out, %d at fault", r.Left, r.Faults)
	}
	b.WriteString(".")
	if r.Against != "" {
		fmt.Fprintf(&b, " Against %s:", r.Against)
		for i, f := range questionnaire.Fates {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, " %d %s", r.Changes[f], f)
		}
		b.WriteString(".")
	}
	return b.String()
}

// exportQuestionnaire writes an edition as JSON or as a form.
func (a *app) exportQuestionnaire(ctx context.Context, id questionnaire.EditionID, format, path string) (editionResult, error) {
	e, err := a.questionnaires.Store.Edition(ctx, id)
	if err != nil {
		return editionResult{}, err
	}
	var b bytes.Buffer
	if format == "xlsform" {
		err = xlsform.Write(&b, e.Content)
	} else {
		enc := json.NewEncoder(&b)
		enc.SetIndent("", " ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(e.Content)
	}
	if err != nil {
		return editionResult{}, err
	}
	return editionResult{Edition: id, Questions: len(e.Content.All()), Outcome: "written"}, writeWhole(path, b.Bytes())
}
