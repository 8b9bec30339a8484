package library

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
	"merida/publication"
)

// Limits of one measure; the text's limit is that of the importers.
const (
	MaxTitle    = 2000
	MaxSections = 100_000
	MaxText     = 40 << 20
)

// Service holds the acts that a person or an import can do on measures.
type Service struct {
	Store Store
	Now   clock.Func
	// Known reports whether a provision exists.
	Known func(convention.ID) bool
	// Suggester proposes provisions for sections; nil proposes nothing.
	Suggester *Suggester
}

// Outcome is what an intake did with a measure.
type Outcome string

const (
	Added     Outcome = "accepted"
	Revised   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Add records a measure. An actor of a party enters it for that party, seen by
// the party alone; others record it as editorial, public at once.
// Denied: the actor may do neither. Invalid: see Check. Conflict: the source id is taken.
func (s *Service) Add(ctx context.Context, actor identity.Actor, w Whole) (ID, error) {
	act, scope, err := s.entry(actor, &w.Measure)
	if err != nil {
		return "", err
	}
	if err := actor.Must(act, scope); err != nil {
		return "", err
	}
	if err := s.Check(&w); err != nil {
		return "", err
	}
	s.prepare(actor, &w, 1)
	return w.Measure.ID, s.Store.Add(ctx, w, actor.Trace(w.Measure.AddedAt, act, w.Measure.Owner, "measure", string(w.Measure.ID), nil))
}

// entry decides in what capacity the record is made.
func (s *Service) entry(actor identity.Actor, m *Measure) (identity.Act, identity.Scope, error) {
	if actor.Party != "" {
		m.Owner, m.Visibility, m.Source = actor.Party, publication.Own, FromState
		if m.Country == "" {
			m.Country = actor.Party
		}
		if m.Country != actor.Party {
			var bad fault.List
			bad.Add("country", "measure.error.foreign", nil)
			return "", identity.Scope{}, bad.Err()
		}
		return identity.AddMeasure, identity.Scope{Party: actor.Party}, nil
	}
	m.Owner, m.Visibility = "", publication.Public
	return identity.AddEditorial, identity.Scope{}, nil
}

func (s *Service) prepare(actor identity.Actor, w *Whole, n int) {
	now := s.Now()
	m := &w.Measure
	if n == 1 {
		m.ID, m.AddedAt, m.AddedBy, m.Rev = ID(id.New(now)), now, actor.Account, 1
	}
	m.Version, m.ChangedAt = n, now
	life := w.Version.Life
	life.Status = m.Status // the newest version stands as the record stands
	w.Version = Version{Measure: m.ID, N: n, Lang: m.Lang, Date: m.Date, Hash: HashSections(w.Sections), FileHash: w.Version.FileHash,
		Format: w.Version.Format, Life: life, RecordedAt: now, By: actor.Account}
	for i := range w.Mappings {
		x := &w.Mappings[i]
		x.ID, x.Measure, x.By, x.At = id.New(now), m.ID, actor.Account, now
		if x.Status == "" {
			x.Status = Editorial
		}
	}
}

// Intake adds a record, or revises it when anything differs: the same again changes nothing, a changed
// text makes a new version. known is the present record, as the Store gave it, zero when there is none.
// Actors of a party take in what is their party's own, and revise that alone; what is public already
// is revised by those who publish. Others take in editorial records. Denied, Conflict: otherwise.
func (s *Service) Intake(ctx context.Context, actor identity.Actor, known Measure, w Whole) (ID, Outcome, error) {
	id, outcome, _, err := s.intake(ctx, actor, known, w, false)
	return id, outcome, err
}

// IntakeChanges is Intake; of a revised record it also gives the sections that changed, none when its text is the same.
func (s *Service) IntakeChanges(ctx context.Context, actor identity.Actor, known Measure, w Whole) (Outcome, []SectionChange, error) {
	_, outcome, changes, err := s.intake(ctx, actor, known, w, false)
	return outcome, changes, err
}

// Foresee says what IntakeChanges would do, with the same rules and faults, and changes nothing.
func (s *Service) Foresee(ctx context.Context, actor identity.Actor, known Measure, w Whole) (Outcome, []SectionChange, error) {
	_, outcome, changes, err := s.intake(ctx, actor, known, w, true)
	return outcome, changes, err
}

func (s *Service) intake(ctx context.Context, actor identity.Actor, known Measure, w Whole, dry bool) (ID, Outcome, []SectionChange, error) {
	var act identity.Act
	var scope identity.Scope
	var err error
	if known.ID == "" {
		act, scope, err = s.entry(actor, &w.Measure)
	} else {
		act, scope = keeps(known)
		w.Measure.Owner, w.Measure.Visibility = known.Owner, known.Visibility
		switch {
		case known.Owner != "" && known.Owner != actor.Party:
			err = fault.New(fault.Conflict, "measure.error.owned", nil)
		case known.Owner != "":
			w.Measure.Country, w.Measure.Source = known.Country, known.Source
		}
	}
	if fault.Is(err, fault.Conflict) && !actor.May(identity.AddEditorial, identity.Scope{}) {
		return "", "", nil, fault.Of(fault.Denied)
	}
	if err != nil {
		return "", "", nil, err
	}
	if err := actor.Must(act, scope); err != nil {
		return "", "", nil, err
	}
	if err := s.Check(&w); err != nil {
		return "", "", nil, err
	}
	if known.ID == "" {
		if dry {
			return "", Added, nil, nil
		}
		s.prepare(actor, &w, 1)
		return w.Measure.ID, Added, nil, s.Store.Add(ctx, w, actor.Trace(w.Measure.AddedAt, act, w.Measure.Owner, "measure", string(w.Measure.ID), nil))
	}
	now, err := s.Store.Whole(ctx, identity.OperatorActor().Sight(), known.ID, 0)
	if err != nil {
		return "", "", nil, err
	}
	w.Measure.keep(now.Measure)
	hash := HashSections(w.Sections)
	sameText := hash == now.Version.Hash && w.Version.FileHash == now.Version.FileHash
	life := w.Version.Life
	if sameText {
		life.keep(now.Version.Life)
		life.Status = w.Measure.Status
	}
	if sameText && life == now.Version.Life && sameRecord(now.Measure, w.Measure) && sameMappings(now.Mappings, w.Mappings) {
		return known.ID, Unchanged, nil, nil
	}
	changes := Compare(now.Sections, w.Sections)
	if dry {
		return known.ID, Revised, changes, nil
	}
	m := w.Measure
	m.ID, m.Rev, m.AddedAt, m.AddedBy, m.ValidatedAt, m.ValidatedBy, m.ValidatedVersion = now.Measure.ID, now.Measure.Rev, now.Measure.AddedAt, now.Measure.AddedBy, now.Measure.ValidatedAt, now.Measure.ValidatedBy, now.Measure.ValidatedVersion
	w.Measure = m
	n := now.Measure.Version
	if !sameText {
		n++
	}
	s.prepare(actor, &w, max(n, 2))
	if sameText {
		w.Measure.Version, w.Version = n, now.Version
		w.Version.Life = life
	}
	// What people decided about mappings stays; only those of earlier imports are replaced.
	// Where the import names no mapping, those that are there are left alone.
	if w.Mappings != nil {
		for _, x := range now.Mappings {
			same := func(y Mapping) bool { return y.EID == x.EID && y.Provision == x.Provision }
			switch {
			case x.Status == Validated:
				w.Mappings = append(slices.DeleteFunc(w.Mappings, same), x)
			case x.By != actor.Account && !slices.ContainsFunc(w.Mappings, same):
				w.Mappings = append(w.Mappings, x)
			}
		}
	}
	return known.ID, Revised, changes, s.Store.Revise(ctx, w, actor.Trace(s.Now(), act, known.Owner, "measure", string(known.ID), map[string]string{"version": strconv.Itoa(w.Measure.Version)}))
}

// keep fills in what the source of a record does not say from what is known: translations
// of the title, the summary, the date, whether it is in force. An import thus never takes away what people added.
func (m *Measure) keep(known Measure) {
	titles := make(lang.Text, len(known.Titles))
	maps.Copy(titles, known.Titles)
	maps.Copy(titles, m.Titles)
	m.Titles = titles
	if m.Summary.Empty() {
		m.Summary = known.Summary
	}
	if m.Date == "" {
		m.Date = known.Date
	}
	if m.Status == Unknown {
		m.Status = known.Status
	}
}

func sameRecord(a, b Measure) bool {
	return a.Country == b.Country && a.Type == b.Type && a.Status == b.Status && a.Lang == b.Lang && sameText(a.Titles, b.Titles) &&
		sameText(a.Summary, b.Summary) && a.Date == b.Date && a.SourceURL == b.SourceURL && a.Licence == b.Licence && a.Source == b.Source
}

func sameText(a, b lang.Text) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func sameMappings(have, want []Mapping) bool {
	key := func(m Mapping) string { return m.EID + "\x00" + string(m.Provision) }
	set := map[string]Mapping{}
	for _, m := range have {
		if m.Status != Suggested {
			set[key(m)] = m
		}
	}
	for _, m := range want {
		x, ok := set[key(m)]
		if !ok || x.Status != Validated && !sameText(x.Note, m.Note) {
			return false
		}
	}
	return true
}

// Check brings a measure to its stored form and refuses what breaks a rule.
// Invalid: no title, no jurisdiction, an unknown type, status, language or
// provision, a date that is none, or a limit passed; each field is named.
func (s *Service) Check(w *Whole) error {
	var bad fault.List
	m := &w.Measure
	if m.Type == "" {
		m.Type = Law
	}
	if m.Status == "" {
		m.Status = Unknown
	}
	if m.Source == "" {
		m.Source = FromImport
	}
	if !m.Country.Valid() {
		bad.Add("country", "measure.error.country", nil)
	}
	if !slices.Contains(Types, m.Type) {
		bad.Add("type", "fault.unknown_choice", nil)
	}
	if !slices.Contains(Statuses, m.Status) {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	if b := m.Lang.Base(); len(b) < 2 || len(b) > 3 {
		bad.Add("lang", "measure.error.lang", nil)
	}
	if m.Titles.Empty() {
		bad.Add("title", "fault.required", nil)
	}
	for _, v := range m.Titles {
		if len(v.S) > MaxTitle || !utf8.ValidString(v.S) {
			bad.Add("title", "fault.too_long", fault.Args{"limit": MaxTitle, "length": len(v.S)})
		}
	}
	if !ValidDate(m.Date) {
		bad.Add("date", "fault.not_a_date", nil)
	}
	w.Version.Life.check(&bad)
	if !validURL(m.SourceURL) {
		bad.Add("source_url", "measure.error.url", nil)
	}
	seen := checkSections(&bad, w.Sections)
	for _, x := range w.Mappings {
		if s.Known != nil && !s.Known(x.Provision) {
			bad.Add("provisions", "measure.error.provision", fault.Args{"id": string(x.Provision)})
		}
		if x.EID != "" && !seen[x.EID] {
			bad.Add("provisions", "measure.error.eid", fault.Args{"eid": x.EID})
		}
	}
	return bad.Err()
}

// checkSections names what is wrong with the sections of a text and gives their eIds.
func checkSections(bad *fault.List, ss []Section) map[string]bool {
	if len(ss) > MaxSections {
		bad.Add("text", "fault.too_many", fault.Args{"limit": MaxSections})
	}
	seen := make(map[string]bool, len(ss))
	size := 0
	for _, x := range ss {
		if x.EID == "" || seen[x.EID] {
			bad.Add("text", "measure.error.eid", fault.Args{"eid": x.EID})
			break
		}
		seen[x.EID] = true
		size += len(x.Text) + len(x.Heading)
	}
	if size > MaxText {
		bad.Add("text", "fault.too_long", fault.Args{"limit": MaxText, "length": size})
	}
	return seen
}

// ValidDate reports whether s is empty, a year, a month or a day ("2017", "2017-03", "2017-03-01").
func ValidDate(s string) bool {
	if s == "" {
		return true
	}
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
