package treaty

import (
	"context"
	"strconv"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/lang"
)

// Store is what this package asks of persistence. Texts are public: all reading goes through the public pool.
type Store interface {
	// Texts lists the standing text of each convention and language, without passages, by convention and language.
	Texts(ctx context.Context) ([]Text, error)
	// Passages reads passages of a convention's standing text in a language, in printed order: those of the
	// provisions, or all where none is named.
	Passages(ctx context.Context, c convention.ID, tag lang.Tag, provisions []convention.ID) ([]Passage, error)
	// AddText appends an edition and gives its number.
	AddText(ctx context.Context, t Text, trace audit.Trace) (edition int, err error)
	// TakeBack takes the standing edition back. NotFound: there is none.
	TakeBack(ctx context.Context, t Text, trace audit.Trace) error
	// Mark is a number that grows with each change of any text; 0 while there is none.
	Mark(ctx context.Context) (int64, error)

	// References lists the standing reference files with their content, in the order in which they were loaded.
	References(ctx context.Context) ([]Reference, error)
	// AddReference appends a reference file.
	AddReference(ctx context.Context, r Reference, trace audit.Trace) error
	// DropReference takes the standing one of a kind and id back. NotFound: there is none.
	DropReference(ctx context.Context, r Reference, trace audit.Trace) error
}

// Service holds the acts on treaty texts and reference data.
type Service struct {
	Store       Store
	Conventions *convention.Catalogue
	Now         clock.Func
}

// Outcome is what an act did.
type Outcome string

const (
	Added     Outcome = "accepted"
	Replaced  Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
)

// Load takes a text in. It stands whole or not at all: a fatal finding refuses it, and what was there goes on standing.
// A text whose words and source are those of the standing one changes nothing. With dry nothing is changed,
// and the outcome is what would become of it. Denied: the actor may not import. Invalid: see [Check].
func (s *Service) Load(ctx context.Context, actor identity.Actor, t Text, dry bool) (Outcome, []Finding, error) {
	if err := actor.Must(identity.Import, identity.Scope{}); err != nil {
		return "", nil, err
	}
	found, err := Check(s.Conventions, &t)
	if err != nil {
		return "", nil, err
	}
	for _, f := range found {
		if f.Fatal {
			return Refused, found, nil
		}
	}
	now, ok, err := s.standing(ctx, t.Convention, t.Lang)
	if err != nil {
		return "", nil, err
	}
	outcome := Added
	if ok {
		outcome = Replaced
		if now.Hash == t.Hash && now.Status == t.Status && now.Source == t.Source && now.SourceURL == t.SourceURL && now.Licence == t.Licence && now.Date == t.Date {
			return Unchanged, found, nil
		}
	}
	if dry {
		return outcome, found, nil
	}
	t.LoadedAt, t.By = s.Now(), actor.Account
	_, err = s.Store.AddText(ctx, t, actor.Trace(t.LoadedAt, identity.Import, "", "treaty-text", object(t), map[string]string{"hash": t.Hash}))
	return outcome, found, err
}

func object(t Text) string { return string(t.Convention) + "/" + string(t.Lang) }

func (s *Service) standing(ctx context.Context, c convention.ID, tag lang.Tag) (Text, bool, error) {
	ts, err := s.Store.Texts(ctx)
	if err != nil {
		return Text{}, false, err
	}
	for _, t := range ts {
		if t.Convention == c && t.Lang == tag {
			return t, true, nil
		}
	}
	return Text{}, false, nil
}

// TakeBack takes the standing text of a convention in a language back, so that the edition before it stands
// again, or none. It gives what was taken back. Denied: the actor may not undo imports. NotFound: there is no text.
func (s *Service) TakeBack(ctx context.Context, actor identity.Actor, c convention.ID, tag lang.Tag) (Text, error) {
	if err := actor.Must(identity.UndoImport, identity.Scope{}); err != nil {
		return Text{}, err
	}
	t, ok, err := s.standing(ctx, c, tag)
	if err != nil {
		return Text{}, err
	}
	if !ok {
		return Text{}, fault.New(fault.NotFound, "treaty.error.none", fault.Args{"id": string(c), "lang": string(tag)})
	}
	t.LoadedAt = s.Now()
	return t, s.Store.TakeBack(ctx, t, actor.Trace(t.LoadedAt, identity.UndoImport, "", "treaty-text", object(t), map[string]string{"edition": strconv.Itoa(t.Edition)}))
}
