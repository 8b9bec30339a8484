package assessment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/lang"
	"merida/party"
)

// Fate says what became of a question in a new edition: kept, reworded, split, merged, added, dropped; as in package questionnaire.
type Fate string

const (
	fateKept   Fate = "kept"
	fateSplit  Fate = "split"
	fateMerged Fate = "merged"
)

// Migration is a round whose answers come from an earlier round on another edition. Nothing of the
// earlier round is changed but, where the round moves, the state of its assessments.
type Migration struct {
	Round  RoundID // the new one
	From   RoundID
	Moves  bool // the States go on in the new round, and what they had in the old one is closed
	At     time.Time
	By     string // account
	ByName string
	// UndoneAt is when it was undone, zero while it holds.
	UndoneAt   time.Time
	UndoneName string
}

// Came is one State's part of a migration.
type Came struct {
	Assessment ID      // the new one
	Origin     ID      // "" where the party was not in the earlier round
	Round      RoundID // the new one
	From       RoundID
	Was        State // of the origin, before
	Moved      bool  // the origin was closed
	At         time.Time
	UndoneAt   time.Time // zero while it holds
}

// Carried is where the text of one answer came from.
type Carried struct {
	Answer  AnswerID
	Origin  AnswerID
	Fate    Fate
	Version int // of the answer, that holds the origin's text; 0 where the text went to another answer
	From    int // version of the origin
}

// Movable reports whether a State's assessment goes along when its round moves: nothing of it was handed in yet.
func (a Assessment) Movable() bool {
	return (a.State == Draft || a.State == Proposed) && a.Submissions == 0
}

// Migrate opens a round on another edition and takes the answers of an earlier one along. Where it moves,
// the States that have not handed in go on in the new round; else every named party gets a new assessment, and
// the earlier round goes on beside it.
// Denied: the actor is no officer. NotFound: there is no such round. Invalid: as with OpenRound, or the edition is the same.
func (s *Service) Migrate(ctx context.Context, actor identity.Actor, from RoundID, moves bool, edition string, titles lang.Text, due Deadlines, questions []Question, parties []party.ID) (RoundID, error) {
	if err := actor.Must(identity.MigrateRound, identity.Scope{}); err != nil {
		return "", err
	}
	rounds, err := s.Store.Rounds(ctx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(rounds, func(r Round) bool { return r.ID == from })
	if i < 0 {
		return "", fault.Of(fault.NotFound)
	}
	if rounds[i].Edition == edition {
		var bad fault.List
		bad.Add("edition", "migration.error.same_edition", nil)
		return "", bad.Err()
	}
	if moves {
		rows, err := s.Store.Find(ctx, Filter{Round: from})
		if err != nil {
			return "", err
		}
		parties, due = nil, rounds[i].Deadlines
		for _, r := range rows {
			if r.Movable() {
				parties = append(parties, r.Party)
			}
		}
		if len(parties) == 0 {
			return "", fault.New(fault.Conflict, "migration.error.nothing_to_move", nil)
		}
	}
	return s.begin(ctx, actor, identity.MigrateRound, Round{Edition: edition, Titles: titles, Deadlines: due}, questions, parties, &Migration{From: from, Moves: moves})
}

// carry brings a State's answers into its new assessment.
func (e *Entry) carry(now time.Time) {
	old := map[string]Answer{}
	for _, x := range e.Answers {
		old[x.Question] = x
	}
	for i, q := range e.Questions {
		to := &e.NewAnswers[i]
		var texts []carriedText
		agreed := true // on who writes it
		for k, question := range q.Of {
			x, ok := old[question]
			if !ok {
				continue
			}
			c := Carried{Answer: to.ID, Origin: x.ID, Fate: q.Fate}
			if v := e.Current[x.ID]; v.N > 0 && slices.Contains(q.Takes, question) && !v.Content.Empty() {
				c.From = v.N
				texts = append(texts, carriedText{question, v})
			}
			e.Carried = append(e.Carried, c)
			if k == 0 {
				to.Assignee, to.Agency, to.DueOn = x.Assignee, x.Agency, x.DueOn
			}
			agreed = agreed && to.Assignee == x.Assignee
		}
		if !agreed {
			to.Assignee, to.Agency, to.DueOn = "", "", ""
		}
		if len(texts) > 0 {
			content, beside := joinTexts(texts)
			last := slices.MaxFunc(texts, func(x, y carriedText) int { return x.At.Compare(y.At) })
			v := Version{Answer: to.ID, N: 1, Content: content, Hash: content.Hash(), At: now, By: last.By, ByName: last.ByName, Agency: last.Agency, Source: Migrated}
			e.NewVersions = append(e.NewVersions, v)
			to.Version, to.State = 1, Drafted
			for _, x := range beside {
				e.PutProposal = append(e.PutProposal, Proposal{ID: ProposalID(id.New(now)), Answer: to.ID, Base: 1, Author: x.By, Name: x.ByName, Agency: x.Agency, State: SetAside, Saves: 1, Content: x.Content, At: now})
			}
			for k := range e.Carried {
				if c := &e.Carried[k]; c.Answer == to.ID && c.From > 0 {
					c.Version = 1
					e.PutReuse = append(e.PutReuse, c.reused(e, now))
				}
			}
		}
		// What an agency is still writing goes along with the question's text.
		for _, p := range e.Proposals {
			for _, question := range q.Takes {
				if old[question].ID == p.Answer {
					p.ID, p.Answer, p.Base = ProposalID(id.New(now)), to.ID, to.Version
					e.PutProposal = append(e.PutProposal, p)
				}
			}
		}
	}
	if e.Migration.Moves {
		e.Origin.State, e.Origin.ChangedAt = Closed, now
	}
}

// reused is the link that a text keeps to its origin. Where the question is no longer the same
// it counts as not looked at yet, so that the State is asked whether the text still holds.
func (c Carried) reused(e *Entry, now time.Time) Reused {
	r := Reused{Answer: c.Answer, Origin: c.Origin, Version: c.From, By: e.By, ByName: e.ByName, At: now, Checked: c.From, CheckedBy: e.ByName, CheckedAt: now, Coverage: Equal}
	switch c.Fate {
	case fateKept:
	case fateSplit:
		r.Coverage, r.Checked = Superset, c.From-1
	case fateMerged:
		r.Coverage, r.Checked = Subset, c.From-1
	default:
		r.Checked = c.From - 1
	}
	return r
}

// carriedText is what was said to one question of the old edition.
type carriedText struct {
	Question string
	Version
}

// joinTexts makes one content of the answers to questions that were merged: prose one after the other, each under the
// id of its question; lists together, each entry once. Where the answers differ in "yes", "in part" and "no", the
// question stays open: only the State can say. What cannot be joined, because it is in another language or
// would break a limit, is kept beside whole.
func joinTexts(texts []carriedText) (out Content, beside []Version) {
	out = texts[0].Content
	if len(texts) == 1 {
		return out, nil
	}
	titled := func(t carriedText, s string) string {
		if s == "" {
			return ""
		}
		return "[" + t.Question + "]\n" + s
	}
	out.Practice, out.Missing = titled(texts[0], out.Practice), titled(texts[0], out.Missing)
	for _, t := range texts[1:] {
		next, c := out, t.Content
		if c.Implementation != out.Implementation {
			next.Implementation = Unanswered
		}
		next.Practice = strings.TrimSpace(out.Practice + "\n\n" + titled(t, c.Practice))
		next.Missing = strings.TrimSpace(out.Missing + "\n\n" + titled(t, c.Missing))
		next.Citations, next.Challenges = union(out.Citations, c.Citations), union(out.Challenges, c.Challenges)
		next.Wanted, next.Given = union(out.Wanted, c.Wanted), union(out.Given, c.Given)
		if _, err := next.Clean(); err != nil || c.Lang != out.Lang {
			beside = append(beside, t.Version)
			continue
		}
		out = next
	}
	return out, beside
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// Written is an answer that somebody has written since it came with a migration.
type Written struct {
	Assessment ID
	Party      party.ID
	Answer     AnswerID
	Question   string
}

// Leave is one State leaving a migrated round again, inside an atomic change.
type Leave struct {
	Came       Came
	Assessment Assessment // saved back when fn changes it
	Origin     Assessment // saved back when fn changes it
	Written    []Written
}

// Undo takes a migration back: what came is closed, what was closed is open again as it was. Where somebody has
// written since, the State's new answers stay, all of them, and the written ones are told; nothing is ever deleted.
// Denied: the actor is no officer. NotFound: no such migration. Conflict: it was undone for every State already.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, round RoundID) (undone int, kept []Written, err error) {
	if err := actor.Must(identity.MigrateRound, identity.Scope{}); err != nil {
		return 0, nil, err
	}
	came, err := s.Store.Migrated(ctx, round)
	if err != nil {
		return 0, nil, err
	}
	now := s.Now()
	trace := actor.Trace(now, identity.MigrateRound, "", "round", string(round), map[string]string{"undone": "1"})
	repeated, err := s.Store.UndoMigration(ctx, round, now, actor.Name, trace)
	if err != nil || repeated {
		return 0, nil, err
	}
	each := actor
	each.Request.Key = "" // the whole act is guarded against repetition, not each State's part
	for _, c := range came {
		if !c.UndoneAt.IsZero() {
			continue
		}
		var written []Written
		stays := false
		err := s.Store.Leave(ctx, c.Assessment, func(l *Leave) (audit.Trace, error) {
			written, stays = l.Written, len(l.Written) > 0 || l.Assessment.State != Draft || l.Came.Moved && l.Origin.State != Closed
			if stays {
				return audit.Trace{}, nil
			}
			l.Came.UndoneAt = now
			l.Assessment.State, l.Assessment.ChangedAt = Closed, now
			if l.Came.Moved {
				l.Origin.State, l.Origin.ChangedAt = l.Came.Was, now
			}
			return each.Trace(now, identity.MigrateRound, l.Assessment.Party, "assessment", string(l.Assessment.ID), map[string]string{"undone": "1", "origin": string(l.Origin.ID)}), nil
		})
		if err != nil {
			return undone, kept, fmt.Errorf("undo for %s: %w", c.Assessment, err)
		}
		if stays {
			kept = append(kept, written...)
		} else {
			undone++
		}
	}
	return undone, kept, nil
}
