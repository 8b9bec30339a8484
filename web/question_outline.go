package web

import (
	"slices"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
)

// outlineSection is an article in the outline beside a question. Only the article
// of the page lists its questions: three hundred lines on every page are too much
// for a weak line, and nobody reads them.
type outlineSection struct {
	Name        string
	Heading     Words
	Href        string // its first question that is not answered, else its first
	Done, Total int
	Lines       []outlineLine // of the article of this page
}

type outlineLine struct {
	ID          assessment.AnswerID
	State       assessment.AnswerState
	Name        string
	Heading     Words
	Icon, Class string
	Word        string // where it stands
	Current     bool
}

// outline lists the articles that the reader sees of the assessment, the questions of this one's, and what comes before and after it.
func (v *visit) outline(q asked, p *questionPage) error {
	answers, err := v.site.Assessments.Store.Outline(v.r.Context(), v.actor.Sight(), q.Assessment.ID)
	if err != nil {
		return err
	}
	// A contributor who came to a published answer of others still reads its page, with what is theirs beside it.
	sight := v.actor.Sight()
	answers = slices.DeleteFunc(answers, func(a assessment.Answer) bool {
		return a.ID != q.Answer.ID && sight.Assigned != "" && a.Assignee != sight.Assigned
	})
	own, err := v.ownTexts(q.Assessment.ID)
	if err != nil {
		return err
	}
	part := slices.DeleteFunc(slices.Clone(answers), func(a assessment.Answer) bool { return sight.Assigned != "" && a.Assignee != sight.Assigned })
	p.Total = len(part)
	var here convention.ID // the article of this page
	if over, ok := v.site.Conventions.Article(q.Answer.Provision); ok {
		here = over.ID
	} else {
		here = q.Answer.Provision
	}
	article, open := convention.ID(""), false
	for i, a := range answers {
		x, ok := v.subject(a.Provision)
		if !ok {
			return fault.Of(fault.NotFound)
		}
		over, ok := v.site.Conventions.Article(a.Provision)
		if !ok {
			over = x
		}
		if i == 0 || over.ID != article {
			article, open = over.ID, false
			p.Outline = append(p.Outline, outlineSection{Name: over.CitedIn(v.lang), Heading: v.words(over.Heading())})
		}
		s := &p.Outline[len(p.Outline)-1]
		s.Total++
		mark := workMark{answerIcons[a.State][0], answerIcons[a.State][1], v.p.T("question.state."+string(a.State), nil)}
		blank := a.State == assessment.Empty
		if t, ok := own[a.ID]; ok && tells(a, t) {
			mark, blank = v.ownMark(t.State), false
		}
		if !blank {
			s.Done++
		}
		if s.Href == "" || !open && blank {
			s.Href, open = v.href("/questions/%s", a.ID), blank
		}
		name, label := x.CitedIn(v.lang), v.words(x.Label)
		if all := q.Edition.Content.All(); a.General() && a.Order > 0 && a.Order <= len(all) {
			name, label = all[a.Order-1].ID, v.words(all[a.Order-1].Text)
		}
		if article == here {
			s.Lines = append(s.Lines, outlineLine{ID: a.ID, State: a.State, Name: name, Heading: label, Icon: mark.Icon, Class: mark.Class, Word: mark.Word, Current: a.ID == q.Answer.ID})
		}
		if a.ID == q.Answer.ID {
			p.Number = v.p.T("question.number", fault.Args{"number": i + 1, "total": len(answers)})
			if i > 0 {
				p.Previous = v.href("/questions/%s", answers[i-1].ID)
			}
			if i+1 < len(answers) {
				p.Next = v.href("/questions/%s", answers[i+1].ID)
			}
		}
	}
	if o := v.ownPart(part, own); o != nil {
		p.Answered, p.Progress = o.Written, v.ownWords(o)
		return nil
	}
	for _, a := range part {
		if a.State != assessment.Empty {
			p.Answered++
		}
	}
	p.Progress = v.p.T("question.answered", fault.Args{"n": p.Answered, "total": p.Total})
	return nil
}
