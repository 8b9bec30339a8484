package assessment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
)

// Coverage says how much of what is asked an answer on another provision says. Source:
// the set relations of mappings between rules (equal, subset, superset, intersects).
type Coverage string

const (
	Equal      Coverage = "equal"      // the same provision, in an earlier round
	Subset     Coverage = "subset"     // a part of what is asked
	Superset   Coverage = "superset"   // what is asked, and more
	Intersects Coverage = "intersects" // something of it, and something else
)

// coverages lists them from the closest.
var coverages = []Coverage{Equal, Superset, Subset, Intersects}

// Covers says how an answer on the provision origin covers a question on asked.
// related are the provisions that the conventions link with asked. ok is false where they have nothing in common.
func Covers(asked, origin convention.ID, related []convention.ID) (Coverage, bool) {
	switch {
	case asked == origin:
		return Equal, true
	case strings.HasPrefix(string(origin), string(asked)+"/"):
		return Subset, true
	case strings.HasPrefix(string(asked), string(origin)+"/"):
		return Superset, true
	case slices.Contains(related, origin):
		return Intersects, true
	}
	return "", false
}

// Offer is an answer of the same State that may be taken over.
type Offer struct {
	Answer   Answer
	Version  Version // the newest one
	Round    RoundID
	Titles   lang.Text // of the round
	Coverage Coverage
}

// Offers picks what may be taken over for an answer among the State's other answers,
// the closest and newest first, most at most.
func Offers(a Answer, others []Offer, related []convention.ID, most int) []Offer {
	var out []Offer
	for _, o := range others {
		c, ok := Covers(a.Provision, o.Answer.Provision, related)
		if a.General() { // about the convention as a whole: the same question alone is the same
			ok = o.Answer.Question == a.Question && o.Answer.Provision == a.Provision
		}
		if !ok || o.Answer.ID == a.ID || o.Version.Content.Empty() {
			continue
		}
		if c == Equal && o.Answer.Assessment == a.Assessment {
			c = Intersects // another question about the same provision
		}
		o.Coverage = c
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(x, y Offer) int {
		return cmp.Or(slices.Index(coverages, x.Coverage)-slices.Index(coverages, y.Coverage), y.Version.At.Compare(x.Version.At))
	})
	return out[:min(len(out), most)]
}

// Reused is a text that was taken over, with what has become of its origin.
type Reused struct {
	Answer    AnswerID
	Origin    AnswerID
	Version   int // of the origin that was taken over
	Coverage  Coverage
	By        string // account
	ByName    string
	At        time.Time
	Checked   int // version of the origin up to which somebody said that this still holds
	CheckedBy string
	CheckedAt time.Time
	// Of the origin, set by reading.
	Now       int // its newest version
	ChangedAt time.Time
	Provision convention.ID
	Titles    lang.Text // of its round
}

// Stale reports whether the origin has changed since somebody last looked, or nobody has looked yet.
func (r Reused) Stale() bool { return r.Now > r.Checked }

// Reasked reports whether it is the question that changed and not the origin: the text came
// along into a new edition and nobody has looked at it yet.
func (r Reused) Reasked() bool { return r.Stale() && r.Now == r.Version }

// fill gives c with the parts that say nothing taken from d; nothing that is there is replaced.
func (c Content) fill(d Content) Content {
	if c.Implementation == Unanswered {
		c.Implementation = d.Implementation
	}
	if len(c.Citations) == 0 {
		c.Citations = d.Citations
	}
	if c.Practice == "" {
		c.Practice = d.Practice
	}
	if c.Missing == "" {
		c.Missing = d.Missing
	}
	if len(c.Challenges) == 0 {
		c.Challenges = d.Challenges
	}
	if len(c.Wanted) == 0 {
		c.Wanted = d.Wanted
	}
	if len(c.Given) == 0 {
		c.Given = d.Given
	}
	if c.Lang == "" {
		c.Lang = d.Lang
	}
	return c
}

// Reuse takes over what another answer of the same State says into the parts that say
// nothing yet, as a new version, and keeps the link. base and version are those that
// the actor saw of the answer and of its origin.
// NotFound: there is no such origin. Conflict: either has changed since. Denied: the answer is not open.
func (s *Service) Reuse(ctx context.Context, actor identity.Actor, answer AnswerID, base int, origin AnswerID, version int, coverage Coverage) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Base: base, Origin: origin}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.EditAnswer, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if !c.Answer.Writable(c.Assessment.State) {
			return audit.Trace{}, fault.New(fault.Denied, "assessment.not_open", nil)
		}
		if c.Origin.Party != c.Answer.Party || origin == answer || !slices.Contains(coverages, coverage) {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		if base != c.Answer.Version || version != c.Origin.Version || version == 0 {
			return audit.Trace{}, fault.New(fault.Conflict, "assessment.changed", nil)
		}
		now := s.Now()
		if merged := c.Current.Content.fill(c.OriginVersion.Content); !merged.Equal(c.Current.Content) {
			c.append(actor, merged, now, FromReuse, "")
		}
		c.PutReuse = &Reused{Answer: answer, Origin: origin, Version: version, Coverage: coverage, By: actor.Account, ByName: actor.Name, At: now, Checked: version, CheckedBy: actor.Name, CheckedAt: now}
		return actor.Trace(now, identity.EditAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"reused": string(origin), "version": fmt.Sprint(version)}), nil
	})
	return err
}

// StillValid says that an answer still holds although its origin has changed.
// Conflict: the origin has changed again since version.
func (s *Service) StillValid(ctx context.Context, actor identity.Actor, answer, origin AnswerID, version int) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Origin: origin}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.EditAnswer, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if c.Reused.Origin == "" {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		if version != c.Origin.Version {
			return audit.Trace{}, fault.New(fault.Conflict, "assessment.changed", nil)
		}
		now := s.Now()
		r := c.Reused
		r.Checked, r.CheckedBy, r.CheckedAt = version, actor.Name, now
		c.PutReuse = &r
		return actor.Trace(now, identity.EditAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"still_valid": string(origin), "version": fmt.Sprint(version)}), nil
	})
	return err
}
