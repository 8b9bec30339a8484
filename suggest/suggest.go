package suggest

import (
	"merida/convention"
	"merida/lang"
)

// Unit is a piece of a law that a person maps as one: an article with all its paragraphs, as a rule.
type Unit struct {
	EID     string
	Heading string   // without its number
	Above   []string // headings of the parts and chapters in which it stands, outermost first
	Text    string   // with that of the sections below
}

// Law is a law with its units, in the order of the text.
type Law struct {
	ID      string
	Country string
	Lang    lang.Tag
	Title   string // in the language of the text
	Units   []Unit
}

// Example is a section of which people said to which provisions it belongs.
type Example struct {
	Law        string // id of the law
	Country    string
	Lang       lang.Tag // of the text; a note of ours may be in another language than the law
	Title      string   // of the law, in that language; may be empty
	Unit       Unit
	Provisions []convention.ID
	Note       bool // the text is somebody's note on what the section provides, not the law's own words
}

// Strength says how far a suggestion can be trusted.
type Strength string

// The strengths. How often a suggestion of each was right when measured stands in docs/mapping.md.
const (
	Strong   Strength = "strong"
	Likely   Strength = "likely"
	Possible Strength = "possible"
)

// Kind is what a reason rests on.
type Kind string

// The kinds of reasons.
const (
	ByConcept Kind = "concept" // the section names a concept that is tied to the provision
	ByHeading Kind = "heading" // its heading, or one above it, names a concept or has the words of the provision's title
	BySimilar Kind = "similar" // a like section of another law was mapped to the provision
	ByTitle   Kind = "title"   // the title of the law names the matter
	ByLabel   Kind = "label"   // the section has the words of the provision's title
)

// Reason is why a provision is suggested, as data: the door puts it into the reader's words.
type Reason struct {
	Kind    Kind   `json:"kind"`
	Concept string `json:"concept,omitempty"` // of the thesaurus
	Term    string `json:"term,omitempty"`    // as the data has it, in the law's language
	Count   int    `json:"count,omitempty"`   // places at which it stands
	Words   string `json:"words,omitempty"`   // of the heading or title, in the law's language
	Law     string `json:"law,omitempty"`     // of a similar section
	EID     string `json:"eid,omitempty"`
}

// Suggestion is a provision proposed for a section.
type Suggestion struct {
	Provision convention.ID `json:"provision"`
	Score     float64       `json:"score"` // share of like suggestions that were right when measured, roughly; 0 to 1
	Strength  Strength      `json:"strength"`
	Reasons   []Reason      `json:"reasons"` // the weightiest first; at least one
}

// Most is how many suggestions a section gets at most.
const Most = 5
