package codelist

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"sync"
	"time"

	"merida/lang"
)

//go:embed data/*.json
var data embed.FS

// ID names a list.
type ID string

const (
	ActivityDateType     ID = "activity-date-type"
	ActivityScope        ID = "activity-scope"
	ActivityStatus       ID = "activity-status"
	AidType              ID = "aid-type"
	AidTypeCategory      ID = "aid-type-category"
	BudgetStatus         ID = "budget-status"
	BudgetType           ID = "budget-type"
	CollaborationType    ID = "collaboration-type"
	Currency             ID = "currency"
	DACPurposeGovernance ID = "dac-purpose-governance"
	DACRegion            ID = "dac-region"
	DocumentCategory     ID = "document-category"
	FinanceType          ID = "finance-type"
	FinanceTypeCategory  ID = "finance-type-category"
	FlowType             ID = "flow-type"
	Language             ID = "language"
	M49Region            ID = "m49-region"
	OrganisationRole     ID = "organisation-role"
	OrganisationType     ID = "organisation-type"
	PolicyMarker         ID = "policy-marker"
	PolicySignificance   ID = "policy-significance"
	RelatedActivityType  ID = "related-activity-type"
	ResultType           ID = "result-type"
	TAForm               ID = "ta-form" // ours
	TiedStatus           ID = "tied-status"
	TransactionType      ID = "transaction-type"
)

// Status says whether a code may be used for something new.
type Status string

const (
	Active    Status = "active"
	Withdrawn Status = "withdrawn"
	Historic  Status = "historic" // a currency that is no longer legal tender
	Special   Status = "special"  // a fund code, precious metal, unit of account or test code among the currencies
)

// Code is an entry of a list.
type Code struct {
	Code string
	// Name has the languages that exist, English always. Renderings that are ours are "unofficial".
	Name        lang.Text
	Status      Status
	WithdrawnOn time.Time // midnight UTC; zero where the publisher gives no day
	// Category is the code of a wider group: in the list's own Categories, in the list of the same
	// name with "-category", or, for aid types, of a wider aid type.
	Category string
	// Parent is the wider region's code, of list m49-region only; "001" is the world, which is not in the list.
	Parent string
	// Level is "region", "subregion" or "intermediate"; of m49-region only.
	Level string
	// Relevance to this Convention, of dac-purpose-governance only and our own judgement: "core" is
	// anti-corruption itself, "related" likely for assistance under it, "group" the rest.
	Relevance string
	// Origin tells whence a form of assistance comes, of ta-form only: "checklist", "second_cycle" or "own".
	Origin string
	// Numeric is the ISO 4217 number of a currency.
	Numeric string
	// MinorUnit is the number of decimals of a currency; nil where none applies.
	MinorUnit *int
	// ISO639 is the three-letter code of a language.
	ISO639 string
	// Direction of a language's usual script: "ltr" or "rtl".
	Direction string
	// UNOfficial marks the six official languages of the United Nations.
	UNOfficial bool
	// InIATI tells of a currency or language whether IATI's list has it too.
	InIATI bool
}

// List is a code list.
type List struct {
	ID         ID
	Title      lang.Text // ours
	Source     string    // publisher and edition
	SourceURL  string    // the list's usual address; may be empty
	Own        bool      // the list itself is ours
	Categories []Code    // only where the codes name categories of their own list
	Codes      []Code

	byCode map[string]int
}

// Get gives a code of the list.
func (l *List) Get(code string) (Code, bool) {
	if l == nil {
		return Code{}, false
	}
	i, ok := l.byCode[code]
	if !ok {
		return Code{}, false
	}
	return l.Codes[i], true
}

// Active lists the codes that may be used for something new, in the list's order.
func (l *List) Active() []Code {
	var out []Code
	for _, c := range l.Codes {
		if c.Status == Active {
			out = append(out, c)
		}
	}
	return out
}

// Lists holds all code lists.
type Lists struct {
	byID map[ID]*List
	ids  []ID
}

type file struct {
	Schema     string              `json:"schema"`
	ID         ID                  `json:"id"`
	Title      map[lang.Tag]string `json:"title"`
	Source     string              `json:"source"`
	SourceURL  string              `json:"source_url"`
	Status     string              `json:"status"`
	Categories []entry             `json:"categories"`
	Codes      []entry             `json:"codes"`
}

type entry struct {
	Code        string              `json:"code"`
	Name        map[lang.Tag]string `json:"name"`
	Unofficial  []lang.Tag          `json:"unofficial"` // languages of Name whose wording is ours
	Status      Status              `json:"status"`
	WithdrawnOn string              `json:"withdrawn_on"`
	Category    string              `json:"category"`
	Parent      string              `json:"parent"`
	Level       string              `json:"level"`
	Relevance   string              `json:"relevance"`
	Origin      string              `json:"origin"`
	Numeric     string              `json:"numeric"`
	MinorUnit   *int                `json:"minor_unit"`
	ISO639      string              `json:"iso639_3"`
	Direction   string              `json:"direction"`
	UNOfficial  bool                `json:"un_official"`
	InIATI      bool                `json:"in_iati"`
}

// Load gives the lists that ship with the program. They are read once, in a few
// milliseconds; later calls return the same lists.
func Load() (*Lists, error) { return shipped() }

var shipped = sync.OnceValues(read)

func read() (*Lists, error) {
	dir, err := data.ReadDir("data")
	if err != nil {
		return nil, err
	}
	ls := &Lists{byID: make(map[ID]*List, len(dir))}
	for _, d := range dir {
		b, err := data.ReadFile(path.Join("data", d.Name()))
		if err != nil {
			return nil, err
		}
		var f file
		if err := json.Unmarshal(b, &f); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name(), err)
		}
		l, err := f.list()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name(), err)
		}
		if string(l.ID)+".json" != d.Name() {
			return nil, fmt.Errorf("%s: holds list %q", d.Name(), l.ID)
		}
		ls.byID[l.ID] = l
		ls.ids = append(ls.ids, l.ID)
	}
	slices.Sort(ls.ids)
	return ls, nil
}

func (f *file) list() (*List, error) {
	if f.Schema != "merida/codelist/1" {
		return nil, fmt.Errorf("schema %q", f.Schema)
	}
	l := &List{ID: f.ID, Title: text(f.Title, lang.Official), Source: f.Source, SourceURL: f.SourceURL, Own: f.Status == "own",
		Codes: make([]Code, 0, len(f.Codes)), byCode: make(map[string]int, len(f.Codes))}
	for i := range f.Codes {
		c, err := f.Codes[i].code()
		if err != nil {
			return nil, err
		}
		if _, twice := l.byCode[c.Code]; twice || c.Code == "" {
			return nil, fmt.Errorf("code %q is empty or there twice", c.Code)
		}
		l.byCode[c.Code] = i
		l.Codes = append(l.Codes, c)
	}
	for i := range f.Categories {
		c, err := f.Categories[i].code()
		if err != nil {
			return nil, err
		}
		l.Categories = append(l.Categories, c)
	}
	return l, nil
}

func (e *entry) code() (c Code, err error) {
	c = Code{Code: e.Code, Name: text(e.Name, e.Unofficial), Status: e.Status, Category: e.Category, Parent: e.Parent, Level: e.Level,
		Relevance: e.Relevance, Origin: e.Origin, Numeric: e.Numeric, MinorUnit: e.MinorUnit, ISO639: e.ISO639,
		Direction: e.Direction, UNOfficial: e.UNOfficial, InIATI: e.InIATI}
	if c.Status == "" {
		c.Status = Active
	}
	if e.WithdrawnOn != "" {
		c.WithdrawnOn, err = time.Parse(time.DateOnly, e.WithdrawnOn)
	}
	return c, err
}

func text(w map[lang.Tag]string, unofficial []lang.Tag) lang.Text {
	t := make(lang.Text, len(w))
	for tag, s := range w {
		v := lang.Value{S: s}
		if slices.Contains(unofficial, tag) {
			v.Status = lang.Unofficial
		}
		t[tag] = v
	}
	return t
}

// IDs lists the lists in alphabetical order.
func (ls *Lists) IDs() []ID { return slices.Clone(ls.ids) }

// List gives a list.
func (ls *Lists) List(id ID) (*List, bool) {
	l, ok := ls.byID[id]
	return l, ok
}

// Get gives a code of a list; ok is false when there is no such list or code.
func (ls *Lists) Get(list ID, code string) (Code, bool) { return ls.byID[list].Get(code) }

// Name is a code's name for a reader: in his language, else in English, else the code itself.
func (ls *Lists) Name(list ID, code string, tag lang.Tag) string {
	if c, ok := ls.Get(list, code); ok {
		return c.Name.Pick(tag)
	}
	return code
}
