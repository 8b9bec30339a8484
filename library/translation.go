package library

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"merida/fault"
	"merida/identity"
	"merida/lang"
)

// TranslationStatuses are the authorities that a rendering of a whole text may have: a language version that the
// law itself declares authentic, a translation by the authority concerned, one without authority, one by a machine.
var TranslationStatuses = []lang.Status{lang.Authentic, lang.OfficialTr, lang.Courtesy, lang.Machine}

// maxMaker bounds who made a translation, in bytes.
const maxMaker = 500

// Translation is a rendering of one version of a text in another language, without its words. It belongs to the
// version that it renders and never moves: when the original has a newer version, it is stale.
type Translation struct {
	Measure    ID
	N          int // the version that it renders
	Lang       lang.Tag
	Edition    int // 1, 2, …: a better rendering of the same version in the same language comes after the older one
	Status     lang.Status
	Title      string // of the measure, in the translation; empty where it gives none
	Maker      string // who made it, as its source says; empty where it does not
	SourceURL  string
	Hash       string // SHA-256 of the sections, hex
	FileHash   string // of the file it came from, empty when there is none
	Format     string // md, txt, akn, typed
	RecordedAt time.Time
	By         string
}

// Stale reports whether the original has a newer version than the one that is rendered.
func (t Translation) Stale(m Measure) bool { return t.N < m.Version }

// Translated is a translation with its sections. A section answers the section of the original with the same eId.
type Translated struct {
	Translation
	Sections []Section
}

// Latest keeps of each language the translation that renders the newest version, in alphabetical order of the tags.
func Latest(ts []Translation) (out []Translation) {
	best := map[lang.Tag]Translation{}
	for _, t := range ts {
		if b, ok := best[t.Lang]; !ok || t.N > b.N || t.N == b.N && t.Edition > b.Edition {
			best[t.Lang] = t
		}
	}
	for _, t := range best {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Translation) int { return strings.Compare(string(a.Lang), string(b.Lang)) })
	return out
}

// Translate adds a rendering of a version: t.N = 0 means the newest. The same text with the same particulars again
// changes nothing; another one becomes the next edition, and the older stays readable by its number.
// Denied, NotFound: the actor does not keep the record, or there is no such version. Invalid: no text, a language that
// is none or the original's own, an unknown status, an eId twice, or a limit passed; each field is named.
func (s *Service) Translate(ctx context.Context, actor identity.Actor, t Translated) (Outcome, error) {
	return s.translate(ctx, actor, t, false)
}

// ForeseeTranslation says what Translate would do, with the same rules and faults, and changes nothing.
func (s *Service) ForeseeTranslation(ctx context.Context, actor identity.Actor, t Translated) (Outcome, error) {
	return s.translate(ctx, actor, t, true)
}

func (s *Service) translate(ctx context.Context, actor identity.Actor, t Translated, dry bool) (Outcome, error) {
	m, err := s.Store.Measure(ctx, actor.Sight(), t.Measure)
	if err != nil {
		return "", err
	}
	act, scope := keeps(m)
	if err := actor.Must(act, scope); err != nil {
		return "", err
	}
	if t.N == 0 {
		t.N = m.Version
	}
	if err := CheckTranslation(m, &t); err != nil {
		return "", err
	}
	t.Hash = HashSections(t.Sections)
	outcome := Added
	have, err := s.Store.Translations(ctx, actor.Sight(), m.ID)
	if err != nil {
		return "", err
	}
	t.Edition = 1
	for _, h := range have {
		if h.N != t.N || h.Lang != t.Lang {
			continue
		}
		same := h
		same.Edition, same.RecordedAt, same.By = t.Edition, t.RecordedAt, t.By
		if same == t.Translation {
			return Unchanged, nil
		}
		t.Edition, outcome = h.Edition+1, Revised
	}
	if dry {
		return outcome, nil
	}
	now := s.Now()
	t.RecordedAt, t.By, m.ChangedAt = now, actor.Account, now
	return outcome, s.Store.Translate(ctx, m, t, actor.Trace(now, act, m.Owner, "measure", string(m.ID),
		map[string]string{"version": strconv.Itoa(t.N), "translation": string(t.Lang), "edition": strconv.Itoa(t.Edition), "status": string(t.Status)}))
}

// CheckTranslation brings a translation of a measure to its stored form and refuses what breaks a rule; see Translate.
func CheckTranslation(m Measure, t *Translated) error {
	var bad fault.List
	t.Title, t.Maker, t.SourceURL = strings.TrimSpace(t.Title), strings.TrimSpace(t.Maker), strings.TrimSpace(t.SourceURL)
	if b := t.Lang.Base(); len(b) < 2 || len(b) > 3 || len(t.Lang) > 35 {
		bad.Add("lang", "measure.error.lang", nil)
	} else if t.Lang == m.Lang {
		bad.Add("lang", "translation.error.same_language", nil)
	}
	if !slices.Contains(TranslationStatuses, t.Status) {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	for _, x := range []struct {
		name, text string
		limit      int
	}{{"title", t.Title, MaxTitle}, {"maker", t.Maker, maxMaker}} {
		if len(x.text) > x.limit || !utf8.ValidString(x.text) {
			bad.Add(x.name, "fault.too_long", fault.Args{"limit": x.limit, "length": len(x.text)})
		}
	}
	if !validURL(t.SourceURL) {
		bad.Add("source_url", "measure.error.url", nil)
	}
	if len(t.Sections) == 0 {
		bad.Add("text", "fault.required", nil)
	}
	checkSections(&bad, t.Sections)
	return bad.Err()
}

// Pair is a section of the original beside its rendering; one of the two may be zero where the other stands alone.
type Pair struct{ Original, Translation Section }

// EID is the id of the pair: the original's, where there is one.
func (p Pair) EID() string {
	if p.Original.EID != "" {
		return p.Original.EID
	}
	return p.Translation.EID
}

// SideBySide pairs the sections of a text and of its translation, in the order of the original; what the translation
// has besides stands behind the section it follows there. Sections are paired by eId and, where an eId names a kind
// of section in the words of its language ("sec_5" for "art_5"), by their number when it is the only such one on both sides.
func SideBySide(original, translation []Section) []Pair {
	partner := map[string]int{} // eId of the original to the place of its rendering
	taken := make([]bool, len(translation))
	at := make(map[string]int, len(translation))
	for i, s := range translation {
		at[s.EID] = i
	}
	for _, s := range original {
		if i, ok := at[s.EID]; ok {
			partner[s.EID], taken[i] = i, true
		}
	}
	numbers := func(ss []Section, left func(i int, s Section) bool) map[string]int {
		out := map[string]int{}
		for i, s := range ss {
			if n := lastNumber(s.EID); n != "" && left(i, s) {
				if _, twice := out[n]; twice {
					out[n] = -1
				} else {
					out[n] = i
				}
			}
		}
		return out
	}
	theirs := numbers(translation, func(i int, _ Section) bool { return !taken[i] })
	for n, o := range numbers(original, func(_ int, s Section) bool { _, ok := partner[s.EID]; return !ok }) {
		if i, ok := theirs[n]; ok && i >= 0 && o >= 0 {
			partner[original[o].EID], taken[i] = i, true
		}
	}
	alone := map[int][]int{} // place of the paired section before them, -1 at the top
	before := -1
	for i := range translation {
		if taken[i] {
			before = i
		} else {
			alone[before] = append(alone[before], i)
		}
	}
	out := make([]Pair, 0, len(original))
	rest := func(before int) {
		for _, i := range alone[before] {
			out = append(out, Pair{Translation: translation[i]})
		}
	}
	rest(-1)
	for _, s := range original {
		i, ok := partner[s.EID]
		if !ok {
			out = append(out, Pair{Original: s})
			continue
		}
		out = append(out, Pair{s, translation[i]})
		rest(i)
	}
	return out
}

// lastNumber is what follows the last "_" of an eId of a numbered section: "12bis" of "chp_II__art_12bis".
func lastNumber(eid string) string {
	last := eid[strings.LastIndex(eid, "__")+1:]
	_, n, ok := strings.Cut(strings.TrimLeft(last, "_"), "_")
	if !ok || strings.IndexFunc(n, func(r rune) bool { return r >= '0' && r <= '9' }) != 0 {
		return ""
	}
	return n
}
