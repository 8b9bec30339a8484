package assistance

import (
	"time"

	"merida/convention"
	"merida/party"
)

// Columns says into what the coordination view is divided from left to right.
type Columns string

const (
	ByTheme     Columns = "theme"
	ByChapter   Columns = "chapter"
	ByArticle   Columns = "article"
	ByProvision Columns = "provision" // the leaves below Filter.Provision
	ByForm      Columns = "form"
)

// Show narrows the cells of the view.
type Show string

const (
	ShowAll      Show = ""
	ShowGaps     Show = "gaps"     // cells with an unmet need
	ShowOverlaps Show = "overlaps" // cells in which two providers do the same
	ShowUnasked  Show = "unasked"  // cells with assistance for which no need is known
)

// Grouping is a row of the view that stands for several States: a regional group, a mechanism, all of them.
// A record that touches some of its States counts once in it; overlaps and unasked assistance are still
// looked for State by State.
type Grouping struct {
	Code    string
	Parties []party.ID // nil means every State
	// NoState takes in activities whose record names no State that receives, only a region or the world.
	NoState bool
}

// NoState is the row of activities whose record names no State that receives. It is shown where a filter asks for it.
const NoState party.ID = ""

// Filter narrows the coordination view; zero fields do not narrow.
type Filter struct {
	Parties   []party.ID    // rows, shown even when they are empty; nil means every party that has a record or is asked for by All
	All       []party.ID    // rows to show even when they are empty, usually the States parties
	Among     []party.ID    // rows are taken from these alone, a regional group say; nil means from all
	Groups    []Grouping    // rows instead of those of single States
	Provision convention.ID // with everything below it
	Theme     string        // code of a theme of the convention
	Forms     []string
	From, To  Day // needs and activities whose time touches the period; without dates they always do
	Show      Show
	// ProviderTypes keeps activities with a provider of one of these organisation types.
	ProviderTypes []string
	// Provider keeps activities of one provider, by reference.
	Provider string
	// Cooperation keeps activities of one kind of cooperation, as their records state it.
	Cooperation Cooperation
	Columns     Columns // ByTheme when empty
	// Proposed counts provisions and forms that a rule proposed as if they were confirmed.
	Proposed bool
}

// Column is one column of the matrix. Its words come from the catalogue of its kind.
type Column struct {
	Kind      Columns
	Code      string        // theme or form code; for provisions the id
	Provision convention.ID // empty for themes and forms
}

// Cell counts the records of one State in one column. A record can stand in several cells.
type Cell struct {
	Unmet    int // needs that are open and that no activity serves
	BeingMet int // needs that an activity serves, or that the State calls being met
	Met      int
	Planned  int // activities by phase
	UnderWay int
	Done     int // completed
	Stopped  int
	// Proposed counts activities that stand here only because a rule proposed the provision or form.
	Proposed  int
	Providers int // different providers of planned and running activities
	// Overlaps counts pairs of activities of different providers on the same provision and form in the same months.
	Overlaps int
	// Unasked counts planned and running activities for which the State stated no need on the same provision and form.
	Unasked int
}

// Empty reports whether nothing stands in the cell.
func (c Cell) Empty() bool { return c == Cell{} }

// Needs is the number of needs in the cell.
func (c Cell) Needs() int { return c.Unmet + c.BeingMet + c.Met }

// Activities is the number of activities in the cell.
func (c Cell) Activities() int { return c.Planned + c.UnderWay + c.Done + c.Stopped }

// Running is the number of activities that are planned or under way.
func (c Cell) Running() int { return c.Planned + c.UnderWay }

// Row is one State of the matrix, or a grouping of them.
type Row struct {
	Party party.ID
	Group string // code of the grouping; empty for a State
	Cells []Cell // one per column
	Total Cell   // each record counted once
}

// Matrix is the coordination view. Rows come in the order of party ids, or of the groupings; the door sorts States by name.
type Matrix struct {
	Columns []Column
	Rows    []Row
	Totals  []Cell // per column, each record counted once per State
	Total   Cell
	AsOf    time.Time // when the records were read
}

// FormCell is one form of assistance within a provision of a State: the finest cell there is.
type FormCell struct {
	Provision  convention.ID
	Form       string // empty for activities whose form is not known
	Needs      []NeedID
	Activities []ActivityID
	Overlaps   []Overlap
	Unasked    []ActivityID
}

// Overlap is a pair of activities of different providers: same State, provision and form, months in common.
type Overlap struct {
	A, B      ActivityID
	Provision convention.ID // the narrower of the two
	Form      string
	From, To  Day // the months in common, first and last day
}
