package library

import (
	"context"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// Store is what this package asks of persistence. Where the sight is the zero
// Sight, the public pool is asked.
type Store interface {
	// Add saves a new measure with its first text (which may have no sections) and mappings.
	// Conflict: the source id is taken.
	Add(ctx context.Context, w Whole, trace audit.Trace) error
	// Revise replaces the record (where rev is still w.Measure.Rev) and, when w.Version.N
	// is new, appends the version. Mappings are replaced when w.Mappings is not nil. Conflict: it has changed since.
	Revise(ctx context.Context, w Whole, trace audit.Trace) error
	// SetLife saves what is known of the life of v, with the status of the record. Conflict: the record has changed since m.Rev.
	SetLife(ctx context.Context, m Measure, v Version, trace audit.Trace) error
	// Validate saves who validated the record, when, and with which text. Conflict: the record has changed since m.Rev.
	Validate(ctx context.Context, m Measure, trace audit.Trace) error
	// Translate appends a translation of a version. Conflict: the record has changed since m.Rev.
	Translate(ctx context.Context, m Measure, t Translated, trace audit.Trace) error
	// Translations lists the newest edition of each translation of each version, newest version first. NotFound where
	// the sight does not reach the measure.
	Translations(ctx context.Context, s identity.Sight, id ID) ([]Translation, error)
	// Translated reads the newest edition of a translation with its sections. NotFound: there is none.
	Translated(ctx context.Context, s identity.Sight, id ID, n int, tag lang.Tag) (Translated, error)
	// ChangeMappings makes what a change says, all of it or nothing. Conflict: a mapping to be made or removed is
	// validated by a State, or one to be validated is gone.
	ChangeMappings(ctx context.Context, c MappingChange, trace audit.Trace) error
	// Propose replaces the program's open suggestions for a measure by those for a version of its text with that many units. What people
	// proposed, what was refused and what is mapped stays as it is.
	Propose(ctx context.Context, id ID, version, units int, at time.Time, ss []Suggestion) error
	// MappingWork reads how far the mapping of a measure is. NotFound where the sight does not reach the measure.
	MappingWork(ctx context.Context, s identity.Sight, id ID) (MappingWork, error)
	// Waiting lists measures with text by how far their mapping is, those with the most sections not looked at first, and how many there are.
	Waiting(ctx context.Context, s identity.Sight, f WaitingFilter) ([]Waiting, int, error)
	// MappedIDs lists public measures that have mappings, those mapped last first, and a mark that changes when any public mapping does.
	MappedIDs(ctx context.Context) (ids []ID, mark string, err error)

	// Measure reads a record. NotFound where there is none that the sight reaches.
	Measure(ctx context.Context, s identity.Sight, id ID) (Measure, error)
	// BySource finds records by their source id; unknown ones are absent.
	BySource(ctx context.Context, ids []string) (map[string]Measure, error)
	// ByFile finds records of which a version came from the file with this hash, as far as the sight reaches; none for an empty hash.
	ByFile(ctx context.Context, s identity.Sight, hash string) ([]Measure, error)
	// Whole reads a measure with one version of its text; n = 0 means the newest.
	Whole(ctx context.Context, s identity.Sight, id ID, n int) (Whole, error)
	// Versions lists the versions of a text, newest first.
	Versions(ctx context.Context, s identity.Sight, id ID) ([]Version, error)
	// Cited reads what citations point to, which may be many and of many measures; those that the sight does
	// not reach are left out. What a submitted answer cites is seen with the answer, by exactly those who
	// see the answer: its title and the cited section, as Pinned.
	Cited(ctx context.Context, s identity.Sight, cs []Citation) ([]CitedSection, error)
	// Find lists records, by State and title.
	Find(ctx context.Context, s identity.Sight, f Filter) ([]Measure, int, error)
	// Mapped lists mappings to any of the provisions, of measures that the sight reaches.
	Mapped(ctx context.Context, s identity.Sight, provisions []convention.ID) ([]Mapped, error)
	// MappedIn lists mappings of the measures of a State that the sight reaches, with the number and heading of
	// their sections and without their text; those of the newest measures first.
	MappedIn(ctx context.Context, s identity.Sight, country party.ID) ([]Mapped, error)
	// Mappings lists what ties a measure to provisions. Empty where the sight does not reach it.
	Mappings(ctx context.Context, s identity.Sight, id ID) ([]Mapping, error)
	// Changed lists measures noted in the outbox after a number, each once, and the number up to which they were read:
	// after itself when nothing is newer.
	Changed(ctx context.Context, after int64, limit int) (ids []ID, last int64, err error)
	// Each walks every public measure with its newest text, for the index and the export.
	Each(ctx context.Context, fn func(Whole) error) error
}

// CitedSection is a citation with what it points to. Section.EID is empty when the whole measure is cited.
type CitedSection struct {
	Citation Citation
	Measure  Measure
	Section  Section // of the cited version
	// Pinned: the measure itself is its party's own and has no page for the reader, who sees it through a
	// submitted answer alone. Measure then holds its id, titles, language, State and kind, and nothing else.
	Pinned bool
}

// Mapped is a mapping with its measure and section.
type Mapped struct {
	Mapping Mapping
	Measure Measure
	Section Section // zero when the whole measure is mapped
}

// Filter narrows a list of measures; zero fields do not narrow.
type Filter struct {
	Country party.ID
	Owner   party.ID
	Type    Type
	// Unvalidated keeps editorial records of which the State has not validated the newest text.
	Unvalidated bool
	Words       string // part of a title or source id, folded
	Newest      bool   // latest recorded first; else by State and date
	Limit       int    // 100 when zero, 500 at most
	Offset      int
}
