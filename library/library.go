package library

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"merida/convention"
	"merida/lang"
	"merida/party"
	"merida/publication"
	"merida/suggest"
)

// ID identifies a measure.
type ID string

// Type is what kind of measure it is.
type Type string

const (
	Law          Type = "law"
	Regulation   Type = "regulation"
	Policy       Type = "policy"
	Strategy     Type = "strategy"
	Institution  Type = "institution"
	Case         Type = "case"
	Statistic    Type = "statistic"
	GoodPractice Type = "good_practice"
	Treaty       Type = "treaty"
)

// Types lists every type.
var Types = []Type{Law, Regulation, Policy, Strategy, Institution, Case, Statistic, GoodPractice, Treaty}

// Status is where a measure stands in its life.
type Status string

const (
	DraftText Status = "draft"
	InForce   Status = "in_force"
	Amended   Status = "amended"
	Repealed  Status = "repealed"
	Unknown   Status = "unknown" // the source does not say
)

// Statuses lists every status.
var Statuses = []Status{DraftText, InForce, Amended, Repealed, Unknown}

// Source says who fed the record.
type Source string

const (
	FromState    Source = "state"
	FromOrg      Source = "international_organisation"
	FromResearch Source = "research"
	FromImport   Source = "import"
)

// Measure is the record of one measure, without its text.
type Measure struct {
	ID        ID
	SourceID  string // unique in an instance, given by the source; empty for what was typed here
	Country   party.ID
	Type      Type
	Status    Status
	Lang      lang.Tag // language of the original
	Titles    lang.Text
	Summary   lang.Text
	Date      string // of the text: "2017" or "2017-03-01"; empty when the source gives none
	Source    Source
	SourceURL string
	Licence   string
	// Owner is the party that entered the record; empty for editorial records.
	Owner       party.ID
	Visibility  publication.Class
	ValidatedAt time.Time // zero while the State has not validated the record
	ValidatedBy string    // the State that did; never an account
	// ValidatedVersion is the version of the text that the State looked at. A newer one is not validated.
	ValidatedVersion int
	Version          int   // newest version of the text, 0 when there is none
	Rev              int64 // grows with each change of the record
	AddedAt          time.Time
	AddedBy          string
	ChangedAt        time.Time
}

// Year is the year of the text, 0 when unknown.
func (m Measure) Year() int {
	if len(m.Date) < 4 {
		return 0
	}
	y, err := strconv.Atoi(m.Date[:4])
	if err != nil {
		return 0
	}
	return y
}

// Validated reports whether the State has validated the record with its newest text.
func (m Measure) Validated() bool { return !m.ValidatedAt.IsZero() && m.ValidatedVersion >= m.Version }

// Version is one state of a measure's text.
type Version struct {
	Measure    ID
	N          int // 1, 2, …
	Lang       lang.Tag
	Date       string // of this text, as its source gives it; what is known of its force stands in Life
	Hash       string // SHA-256 of the sections, hex
	FileHash   string // of the original file, empty when the text was typed
	Format     string // md, txt, akn, typed
	Life       Life
	RecordedAt time.Time
	By         string
}

// Section is a node of a version's text.
type Section struct {
	EID     string // unique within the version: "chp_II__art_12__para_1"
	Parent  string // eId of the section above, empty at the top
	Level   int    // 1 at the top
	Kind    string // part, title, book, chapter, section, article, paragraph, point, preamble, schedule, body
	Num     string // as printed: "Art. 12 bis"
	Heading string
	Text    string // own text without that of the sections below; paragraphs parted by a blank line
}

// HashSections is the SHA-256 of a text's sections in order, hex.
func HashSections(ss []Section) string {
	h := sha256.New()
	for _, s := range ss {
		for _, f := range []string{s.EID, s.Num, s.Heading, s.Text} {
			io.WriteString(h, strconv.Itoa(len(f)))
			io.WriteString(h, ":")
			io.WriteString(h, f)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// MappingStatus says who holds that a section implements a provision.
type MappingStatus string

const (
	Suggested MappingStatus = "suggested" // by the program, with a reason
	Editorial MappingStatus = "editorial" // by an organisation, the secretariat or an import
	Validated MappingStatus = "validated" // by the State
)

// Mapping ties a section of a measure to a provision.
type Mapping struct {
	ID        string
	Measure   ID
	EID       string // empty means the whole measure
	Provision convention.ID
	Status    MappingStatus
	Note      lang.Text // what the section provides, in our own words
	By        string    // account that made it
	At        time.Time
	// ValidatedBy is the State that holds the mapping to be right, empty while none said so.
	ValidatedBy party.ID
	ValidatedAt time.Time
	// Reasons are those of the suggestion from which the mapping came; none where a person thought of it.
	Reasons []suggest.Reason
}

// Citation points to a section of a version of a measure. It never moves.
type Citation struct {
	Measure ID     `json:"measure"`
	Version int    `json:"version,omitempty"`
	EID     string `json:"eid,omitempty"` // empty means the whole measure
}

// Whole is a measure with its newest text and its mappings.
type Whole struct {
	Measure  Measure
	Version  Version
	Sections []Section
	Mappings []Mapping
}

// Section finds a section by its eId.
func (w Whole) Section(eid string) (Section, bool) {
	for _, s := range w.Sections {
		if s.EID == eid {
			return s, true
		}
	}
	return Section{}, false
}
