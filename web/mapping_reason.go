package web

import (
	"merida/fault"
	"merida/library"
	"merida/suggest"
)

// similarNames remembers what laws that reasons name are called.
type similarNames map[string]*library.Whole

// reasons puts the reasons of a suggestion into the reader's words.
func (v *visit) reasons(l *mapLine, w library.Whole, rs []suggest.Reason, names similarNames) error {
	for _, r := range rs {
		args := fault.Args{"term": r.Term, "words": r.Words, "n": max(1, r.Count)}
		if r.Concept != "" {
			args["concept"] = r.Term
			if g := v.site.Library.Suggester; g != nil {
				if name := g.Reference.ConceptName(r.Concept, v.lang); name != "" {
					args["concept"] = name
				}
			}
		}
		switch r.Kind {
		case suggest.ByConcept:
			l.Reasons = append(l.Reasons, v.p.T("mapping.reason.concept", args))
		case suggest.ByHeading:
			l.Reasons = append(l.Reasons, v.p.T("mapping.reason.heading", args))
		case suggest.ByTitle:
			l.Reasons = append(l.Reasons, v.p.T("mapping.reason.title", args))
		case suggest.ByLabel:
			l.Reasons = append(l.Reasons, v.p.T("mapping.reason.label", nil))
		case suggest.BySimilar:
			law, err := v.similar(r, names)
			if err != nil {
				return err
			}
			if law == nil {
				l.Reasons = append(l.Reasons, v.p.T("mapping.reason.similar", nil))
				continue
			}
			l.Reasons = append(l.Reasons, v.p.T("mapping.reason.similar_in", fault.Args{"state": v.partyName(string(law.Country))}))
			l.Similar = append(l.Similar, link{v.words(law.Titles).S, v.href("/measures/%s/sections/%s", law.ID, r.EID)})
		}
	}
	return nil
}

// similar finds the law of a similar section as the reader may see it; nil when there is none to be seen, such as one that the program ships as an example.
func (v *visit) similar(r suggest.Reason, names similarNames) (*library.Measure, error) {
	if known, ok := names[r.Law]; ok {
		if known == nil {
			return nil, nil
		}
		return &known.Measure, nil
	}
	m, err := v.site.Library.Store.Measure(v.r.Context(), v.actor.Sight(), library.ID(r.Law))
	if fault.Is(err, fault.NotFound) {
		names[r.Law] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names[r.Law] = &library.Whole{Measure: m}
	return &m, nil
}
