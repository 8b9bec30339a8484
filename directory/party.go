package directory

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"merida/fault"
	"merida/lang"
	"merida/party"
)

//go:embed data/parties.json data/demonstration.json
var data embed.FS

// Type says what kind of entity an entry is.
type Type string

const (
	UNMember   Type = "un_member"
	UNObserver Type = "un_observer" // the Holy See and the State of Palestine
	OtherState Type = "other_state" // a State that is not a member of the United Nations
	Area       Type = "area"        // an ISO 3166-1 entry that is not a State here
	Regional   Type = "regional_economic_integration_organization"
	Fictional  Type = "demonstration" // a party of the demonstration
)

// Standing is how an entry stands towards the Convention.
type Standing string

const (
	StatesParty Standing = "party" // has deposited an instrument; includes the European Union
	Signatory   Standing = "signatory"
	NotParty    Standing = "none"
)

// Group is the code of a regional group of the United Nations; see [Parties.Groups].
type Group string

// Instrument is how a party expressed its consent to be bound; see [Parties.InstrumentName].
type Instrument string

const (
	Ratification Instrument = "ratification"
	Acceptance   Instrument = "acceptance"
	Approval     Instrument = "approval"
	Accession    Instrument = "accession"
	Succession   Instrument = "succession"
)

// Day is a date, at midnight UTC, with the doubt that hangs on it. The zero value means none.
type Day struct {
	time.Time
	// Unverified means that no source was seen that shows the exact day.
	Unverified bool
}

// Adherence is a party's standing towards the Convention against Corruption.
type Adherence struct {
	Standing   Standing
	Signed     Day
	Instrument Instrument // empty for those that are not party
	// InstrumentUnverified means that the kind of instrument was not seen in a source.
	InstrumentUnverified bool
	Deposited            Day
	// InForce follows from article 68: the later of 14 December 2005 and thirty days after the
	// deposit. It is zero for a succession, where the notification alone does not give it.
	InForce Day
	// Note is an English remark on doubts about the dates; often empty.
	Note string
}

// Party is a State, an area or a regional organization.
type Party struct {
	ID party.ID
	// Alpha3 and Numeric are the other codes of ISO 3166-1; empty for the European Union.
	Alpha3, Numeric string
	M49             string // of the United Nations Statistics Division; empty where it has none
	Type            Type
	// Names are the short names of the United Nations in the six languages. Where its terminology
	// database and its statistics differ, the former stands. A name that was not checked is "unofficial".
	Names lang.Text
	Group Group // empty for what belongs to none
	// GroupUnverified means that the membership of the group was not seen in a source.
	GroupUnverified bool
	// Region, Subregion and Intermediate are M49 codes, from the widest; code list "m49-region" names them.
	Region, Subregion, Intermediate string
	// Income is the code of the World Bank's classification, which is not one of the United Nations;
	// empty where it does not classify. See [Parties.IncomeName].
	Income string
	// LDC, LLDC and SIDS: least developed country, landlocked developing country, small island developing State.
	LDC, LLDC, SIDS bool
	UNCAC           Adherence
	Unverified      []string // fields of the data file that were not checked
	Notes           []string // English remarks on the entry
	Demonstration   bool     // fictional
}

// Name is the party's name for a reader.
func (p *Party) Name(tag lang.Tag) string { return p.Names.Pick(tag) }

// IsParty reports whether the entry is bound by the Convention.
func (p *Party) IsParty() bool { return p.UNCAC.Standing == StatesParty }

// Term is an entry of a closed list with its name.
type Term struct {
	Code string
	Name lang.Text
}

// Parties is the list of parties. It does not change once loaded and may be shared between
// goroutines; what it hands out must not be modified.
type Parties struct {
	// AsOf is the day up to which signatures and deposits are known.
	AsOf time.Time

	byID                                       map[party.ID]*Party
	byCode                                     map[string]*Party // alpha-3 and numeric
	groups, incomes, instruments, types, stand []Term

	mu     sync.Mutex
	sorted map[lang.Tag][]*Party
}

type file struct {
	Schema      string  `json:"schema"`
	AsOf        string  `json:"status_as_of"`
	Groups      []term  `json:"regional_groups"`
	Incomes     []term  `json:"income_groups"`
	Instruments []term  `json:"instruments"`
	Types       []term  `json:"types"`
	Standings   []term  `json:"standings"`
	Parties     []entry `json:"parties"`
}

type term struct {
	Code       string              `json:"code"`
	Name       map[lang.Tag]string `json:"name"`
	Unofficial []lang.Tag          `json:"unofficial"`
}

type entry struct {
	ID           party.ID            `json:"id"`
	Alpha3       string              `json:"alpha3"`
	Numeric      string              `json:"numeric"`
	M49          string              `json:"m49"`
	Type         Type                `json:"type"`
	Names        map[lang.Tag]string `json:"names"`
	Unterm       map[lang.Tag]string `json:"names_unterm"`
	Group        Group               `json:"regional_group"`
	Region       string              `json:"m49_region"`
	Subregion    string              `json:"m49_subregion"`
	Intermediate string              `json:"m49_intermediate"`
	Income       string              `json:"income_group"`
	LDC          bool                `json:"ldc"`
	LLDC         bool                `json:"lldc"`
	SIDS         bool                `json:"sids"`
	UNCAC        struct {
		Status    Standing   `json:"status"`
		Signed    string     `json:"signature_date"`
		Deposited string     `json:"ratification_date"`
		Kind      Instrument `json:"ratification_kind"`
		InForce   string     `json:"in_force_date"`
		Note      string     `json:"note"`
	} `json:"uncac"`
	Unverified []string `json:"unverified"`
	Notes      []string `json:"notes"`
}

var shipped = sync.OnceValues(func() (*file, error) { return readFile("data/parties.json") })

func readFile(name string) (*file, error) {
	b, err := data.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &file{}
	if err := json.Unmarshal(b, f); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if f.Schema != Schema {
		return nil, fmt.Errorf("%s: schema %q", name, f.Schema)
	}
	return f, nil
}

// Load gives the parties that ship with the program and those that the caller adds, such as
// those of [Demonstration]. Conflict: an added party has the code of another.
func Load(extra ...Party) (*Parties, error) {
	f, err := shipped()
	if err != nil {
		return nil, err
	}
	return listOf(f, extra)
}

func listOf(f *file, extra []Party) (*Parties, error) {
	ps := &Parties{
		byID:   make(map[party.ID]*Party, len(f.Parties)+len(extra)),
		byCode: make(map[string]*Party, 2*len(f.Parties)),
		groups: terms(f.Groups), incomes: terms(f.Incomes), instruments: terms(f.Instruments),
		types: terms(f.Types), stand: terms(f.Standings),
		sorted: make(map[lang.Tag][]*Party),
	}
	var err error
	if ps.AsOf, err = time.Parse(time.DateOnly, f.AsOf); err != nil {
		return nil, err
	}
	for i := range f.Parties {
		p, err := f.Parties[i].party()
		if err != nil {
			return nil, err
		}
		if err := ps.add(p); err != nil {
			return nil, err
		}
	}
	for i := range extra {
		p := extra[i]
		if err := ps.add(&p); err != nil {
			return nil, err
		}
	}
	return ps, nil
}

// Demonstration gives the fictional parties QM, QN and QP, marked as such, for a
// demonstration or a test to pass to [Load]. It panics if the data in the program are broken.
func Demonstration() []Party {
	f, err := readFile("data/demonstration.json")
	if err != nil {
		panic(err)
	}
	out := make([]Party, 0, len(f.Parties))
	for i := range f.Parties {
		p, err := f.Parties[i].party()
		if err != nil {
			panic(err)
		}
		out = append(out, *p)
	}
	return out
}

func (ps *Parties) add(p *Party) error {
	if !p.ID.Valid() {
		return fault.New(fault.Invalid, "", fault.Args{"party": string(p.ID)})
	}
	if ps.byID[p.ID] != nil {
		return fault.New(fault.Conflict, "", fault.Args{"party": string(p.ID)})
	}
	ps.byID[p.ID] = p
	for _, code := range []string{p.Alpha3, p.Numeric} {
		if code != "" {
			ps.byCode[code] = p
		}
	}
	return nil
}

func (e *entry) party() (*Party, error) {
	doubt := func(field string) bool { return slices.Contains(e.Unverified, field) }
	day := func(s, field string) (d Day, err error) {
		if s != "" {
			d.Time, err = time.Parse(time.DateOnly, s)
			d.Unverified = doubt(field)
		}
		return d, err
	}
	p := &Party{
		ID: e.ID, Alpha3: e.Alpha3, Numeric: e.Numeric, M49: e.M49, Type: e.Type,
		Names: make(lang.Text, len(e.Names)),
		Group: e.Group, GroupUnverified: doubt("regional_group"),
		Region: e.Region, Subregion: e.Subregion, Intermediate: e.Intermediate,
		Income: e.Income, LDC: e.LDC, LLDC: e.LLDC, SIDS: e.SIDS,
		Unverified: e.Unverified, Notes: e.Notes, Demonstration: e.Type == Fictional,
	}
	for tag, s := range e.Names {
		if u := e.Unterm[tag]; u != "" {
			s = u
		}
		v := lang.Value{S: s}
		if p.Demonstration || doubt("names."+string(tag)) {
			v.Status = lang.Unofficial
		}
		p.Names[tag] = v
	}
	u := &p.UNCAC
	u.Standing, u.Instrument, u.Note = e.UNCAC.Status, e.UNCAC.Kind, e.UNCAC.Note
	u.InstrumentUnverified = doubt("uncac.ratification_kind")
	for _, d := range []struct {
		to       *Day
		s, field string
	}{
		{&u.Signed, e.UNCAC.Signed, "uncac.signature_date"},
		{&u.Deposited, e.UNCAC.Deposited, "uncac.ratification_date"},
		{&u.InForce, e.UNCAC.InForce, "uncac.in_force_date"},
	} {
		var err error
		if *d.to, err = day(d.s, d.field); err != nil {
			return nil, fmt.Errorf("party %s: %w", e.ID, err)
		}
	}
	return p, nil
}

func terms(list []term) []Term {
	out := make([]Term, len(list))
	for i, t := range list {
		out[i] = Term{t.Code, make(lang.Text, len(t.Name))}
		for tag, s := range t.Name {
			v := lang.Value{S: s}
			if slices.Contains(t.Unofficial, tag) {
				v.Status = lang.Unofficial
			}
			out[i].Name[tag] = v
		}
	}
	return out
}

// Get gives a party by its id.
func (ps *Parties) Get(id party.ID) (*Party, bool) {
	p, ok := ps.byID[id]
	return p, ok
}

// Lookup finds a party by any of its codes: ISO 3166-1 alpha-2, alpha-3 or numeric, in either case.
func (ps *Parties) Lookup(code string) (*Party, bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if p, ok := ps.byID[party.ID(code)]; ok {
		return p, true
	}
	p, ok := ps.byCode[code]
	return p, ok
}

// Name is the name of a party for a reader, or the code itself where there is no such party.
func (ps *Parties) Name(id party.ID, tag lang.Tag) string {
	if p := ps.byID[id]; p != nil {
		return p.Name(tag)
	}
	return string(id)
}

// All lists every entry, also those that are no party, in the alphabetical order of the reader's language.
func (ps *Parties) All(tag lang.Tag) []*Party { return slices.Clone(ps.order(tag)) }

// StatesParties lists those bound by the Convention, in the order of the reader's language.
// The European Union and, where loaded, the demonstration parties are among them.
func (ps *Parties) StatesParties(tag lang.Tag) []*Party {
	return ps.where(tag, (*Party).IsParty)
}

// ByGroup lists the entries of a regional group, in the order of the reader's language.
func (ps *Parties) ByGroup(g Group, tag lang.Tag) []*Party {
	return ps.where(tag, func(p *Party) bool { return p.Group == g })
}

func (ps *Parties) where(tag lang.Tag, keep func(*Party) bool) []*Party {
	var out []*Party
	for _, p := range ps.order(tag) {
		if keep(p) {
			out = append(out, p)
		}
	}
	return out
}

// order sorts once per official language; a reader of another language reads English names.
func (ps *Parties) order(tag lang.Tag) []*Party {
	tag = tag.Base()
	if !lang.IsOfficial(tag) {
		tag = "en"
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if list := ps.sorted[tag]; list != nil {
		return list
	}
	type keyed struct {
		key []byte
		p   *Party
	}
	var buf collate.Buffer
	col := collate.New(language.Make(string(tag)))
	all := make([]keyed, 0, len(ps.byID))
	for _, p := range ps.byID {
		all = append(all, keyed{slices.Clone(col.KeyFromString(&buf, sortName(p.Name(tag), tag))), p})
		buf.Reset()
	}
	slices.SortFunc(all, func(a, b keyed) int {
		if d := slices.Compare(a.key, b.key); d != 0 {
			return d
		}
		return strings.Compare(string(a.p.ID), string(b.p.ID))
	})
	list := make([]*Party, len(all))
	for i, k := range all {
		list[i] = k.p
	}
	ps.sorted[tag] = list
	return list
}

// sortName is what an alphabetical list goes by: Arabic lists of States, like those of the
// United Nations, pass over the article.
func sortName(name string, tag lang.Tag) string {
	if tag == "ar" {
		return strings.TrimPrefix(name, "ال")
	}
	return name
}

// Groups lists the regional groups in the usual English order.
func (ps *Parties) Groups() []Term { return slices.Clone(ps.groups) }

// Incomes lists the income groups of the World Bank.
func (ps *Parties) Incomes() []Term { return slices.Clone(ps.incomes) }

// GroupName gives a regional group's name.
func (ps *Parties) GroupName(g Group) lang.Text { return name(ps.groups, string(g)) }

// IncomeName gives an income group's name.
func (ps *Parties) IncomeName(code string) lang.Text { return name(ps.incomes, code) }

// InstrumentName gives the name of a kind of instrument, for a table or after "by".
func (ps *Parties) InstrumentName(i Instrument) lang.Text { return name(ps.instruments, string(i)) }

// TypeName gives the name of a type of entry.
func (ps *Parties) TypeName(t Type) lang.Text { return name(ps.types, string(t)) }

// StandingName gives the name of a standing towards the Convention.
func (ps *Parties) StandingName(s Standing) lang.Text { return name(ps.stand, string(s)) }

func name(list []Term, code string) lang.Text {
	for _, t := range list {
		if t.Code == code {
			return t.Name
		}
	}
	return nil
}
