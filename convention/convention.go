package convention

import (
	"strings"
	"time"

	"merida/lang"
)

// ID names a provision, or a whole convention, which is the root of its tree:
// "uncac", "uncac/chp_III", "uncac/art_16", "uncac/art_16/para_1". It is also the
// path under which pages and the API show it.
type ID string

// UNCAC is the Convention against Corruption, on which parties report here.
const UNCAC ID = "uncac"

// Convention is the id of the convention to which the provision belongs.
func (id ID) Convention() ID {
	c, _, _ := strings.Cut(string(id), "/")
	return ID(c)
}

// Kind is a provision's place in the printed treaty.
type Kind string

const (
	Chapter   Kind = "chapter"
	Article   Kind = "article"
	Paragraph Kind = "paragraph"
	Point     Kind = "point" // a lettered point, or a numbered one below it
)

// Kinds lists the kinds from the outermost to the innermost.
var Kinds = []Kind{Chapter, Article, Paragraph, Point}

// Level is how strongly a provision binds: the closed list of the reference data,
// taken from the treaty's own verb.
type Level string

const (
	Mandatory     Level = "mandatory"      // "shall"
	ShallConsider Level = "shall_consider" // "shall consider", "shall endeavour to", "shall seek to"
	May           Level = "may"            // "may", "could", and the non-binding "should", "are encouraged"
	Other         Level = "other"          // definition, scope, safeguard, final clause
)

// Levels lists the obligation levels from the strongest to the weakest.
var Levels = []Level{Mandatory, ShallConsider, May, Other}

// Obligation says what a paragraph or point asks of a State Party.
// It is the zero value for chapters and articles.
type Obligation struct {
	Level Level
	// Verb is the treaty's own English verb, shortened; empty where none was recorded.
	Verb string
	// VerbSource tells where the verb stands: "own_text", "chapeau" (the sentence that
	// introduces the list), "points" (only the points below carry verbs), or empty.
	VerbSource string
	// Also lists further levels found in the same provision, never Level itself.
	Also []Level
}

// Check says how far a title has been compared with a source.
type Check string

const (
	Verified     Check = "verified"     // read in a public source in that language
	Corroborated Check = "corroborated" // a second, related source agrees
	Unverified   Check = "unverified"   // as known; compare with the depositary's edition before calling it official
)

// RelationKind says how one provision bears on another.
type RelationKind string

const (
	RefersTo      RelationKind = "refers_to"      // the text itself names the other provision
	CorrespondsTo RelationKind = "corresponds_to" // the parallel provision of another convention
	SeeAlso       RelationKind = "see_also"       // an editorial pointer of ours
)

// RelationKinds lists the kinds in the order in which they are shown.
var RelationKinds = []RelationKind{RefersTo, CorrespondsTo, SeeAlso}

// Relation is a link from a provision to another one.
type Relation struct {
	To   ID
	Kind RelationKind
	// Basis says why the link stands: "treaty_text", "text_similarity", "thematic" or "editorial".
	Basis string
	// Similarity is the share of words in common, 0 to 1; zero unless Basis is "text_similarity".
	Similarity float64
	// Detail cites the part of the other provision that is meant, such as "6(1)"; often empty.
	Detail string
	// Incoming marks a link that is recorded at the other end and is read here backwards.
	// Only [Catalogue.Related] returns such.
	Incoming bool
}

// Provision is one node of a convention's tree.
type Provision struct {
	ID     ID
	Kind   Kind
	Number string // as printed: "III", "16", "1", "(a)"; empty for an implicit paragraph
	// Citation is the usual short form: "Chapter III", "16", "16(1)", "15(a)". An implicit
	// paragraph is cited like its article.
	Citation string
	Parent   ID   // empty at the top
	Children []ID // in the printed order; empty for a leaf
	Order    int  // 1 for the first node of the convention, in printed order
	Depth    int  // 0 at the top
	// Implicit marks the only paragraph of an article that prints no paragraph numbers.
	Implicit bool
	// Titles is set for chapters and articles. A rendering has the status "authentic" where it
	// was verified in a language of the treaty and "unofficial" until then.
	Titles      lang.Text
	TitleChecks map[lang.Tag]Check
	// Label is set for paragraphs and points: at most twelve words of our own, unofficial.
	Label      lang.Text
	Obligation Obligation
	Themes     []string // codes, see [Catalogue.Themes]
	Related    []Relation
	// ReviewCycle is 1 or 2 in the chapters under review by the Implementation Review Mechanism, else 0.
	ReviewCycle int
	// Priority2007 marks the articles of the first self-assessment checklist.
	Priority2007 bool
}

// Heading is the title or, for paragraphs and points, the label.
func (p *Provision) Heading() lang.Text {
	if p.Titles != nil {
		return p.Titles
	}
	return p.Label
}

// Leaf reports whether nothing lies below the provision.
func (p *Provision) Leaf() bool { return len(p.Children) == 0 }

// Convention is what is known about a treaty as a whole.
type Convention struct {
	ID          ID
	Short       string    // the usual abbreviation in English: "UNCAC"
	ShortTitles lang.Text // a usual short name in each language, unofficial
	Titles      lang.Text
	// Adopted, OpenedForSignature and EntryIntoForce are days, at midnight UTC.
	Adopted, OpenedForSignature, EntryIntoForce time.Time
	AdoptingInstrument                          string // symbol of the resolution
	Registration                                string // volume, page and number in the depositary's series
	AuthenticLanguages                          []lang.Tag
	// Unverified names what in this convention's data has not been checked against a source.
	Unverified []string
}

// Term is an entry of a closed list with its name: a theme, an obligation level or a kind of relation.
type Term struct {
	Code string
	Name lang.Text
	// Inverse is the name when the relation is read from its other end; nil where it reads the same.
	Inverse lang.Text
}
