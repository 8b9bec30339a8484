package iati

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/exchange"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
)

// The vocabularies under which an export says with which provisions and in which forms an activity deals,
// and of which cooperation it is. The addresses under which they are listed begin with that of the instance;
// a file of any instance is known by their ends. Source: IATI code list SectorVocabulary, 98 and 99: the
// reporting organisation's own.
const (
	provisionVocabulary   = "99"
	provisionList         = "/api/v1/conventions/uncac"
	formVocabulary        = "98"
	formList              = "/api/v1/codelists/ta-form"
	cooperationVocabulary = "99"
	cooperationList       = "/api/v1/activities#cooperation"
)

// namespace marks a file that this program wrote, and in it which record an activity is.
const (
	namespace   = `xmlns:merida="urn:x-merida:iati"`
	recordMark  = "merida:record"
	exportPage  = 200
	exportLines = 1_000 // what was left out, told in the file itself
)

// Exporter writes public activities as a file of the IATI standard 2.03.
type Exporter struct {
	Store   assistance.Store
	Parties *directory.Parties
	BaseURL string // without a slash at the end; the lists of our vocabularies stand below it
	Now     clock.Func
}

// Written counts what became of the records of an export.
type Written struct {
	Records int       `json:"records"` // written
	Left    int       `json:"left"`    // records that could not be made valid
	LeftOut []LeftOut `json:"left_out"`
}

// Export writes the public activities that the filter asks for, at most limit of them, all when it is 0.
// An activity that came from a file is written from its original, elements of other namespaces included and
// files of 2.01 and 2.02 brought to 2.03; the provisions and forms that people confirmed are added as sectors.
// What the schema has no place for is left out and told: to each, in Written (the first thousand), and in a
// comment at the end of the file. Errors are those of the store and of w.
func (e *Exporter) Export(ctx context.Context, w io.Writer, f assistance.ActivityFilter, limit int, each func(LeftOut)) (out Written, err error) {
	b := bufio.NewWriterSize(w, 64<<10)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities version=\"2.03\" generated-datetime=\"%s\" %s>\n", e.Now().UTC().Format(time.RFC3339), namespace)
	out.LeftOut = []LeftOut{}
	tell := func(l LeftOut) {
		if len(out.LeftOut) < exportLines {
			out.LeftOut = append(out.LeftOut, l)
		}
		if each != nil {
			each(l)
		}
	}
	f.Limit = exportPage
	for f.Offset = 0; ; f.Offset += exportPage {
		as, total, err := e.Store.FindActivities(ctx, identity.Sight{}, f)
		if err != nil {
			return out, err
		}
		for _, a := range as {
			if limit > 0 && out.Records+out.Left >= limit {
				total = 0
				break
			}
			n, left, err := e.activity(ctx, a.ID)
			if fault.Is(err, fault.NotFound) {
				continue // withdrawn while the file was written
			}
			if err != nil {
				return out, err
			}
			for _, l := range left {
				tell(l)
			}
			if n == nil {
				out.Left++
				continue
			}
			out.Records++
			if _, err := b.Write(append(n.write([]byte("  "), 1), '\n')); err != nil {
				return out, err
			}
		}
		if f.Offset+len(as) >= total || len(as) == 0 {
			break
		}
	}
	if len(out.LeftOut) > 0 {
		b.WriteString("  <!-- Left out, since IATI 2.03 has no place for it:\n")
		for _, l := range out.LeftOut {
			line := l.Record + " " + l.Path + " " + l.Reason.Key
			if v, ok := l.Reason.Args["value"]; ok {
				line += fmt.Sprintf(" %q", v)
			}
			b.WriteString("    " + strings.ReplaceAll(line, "-", "\u2010") + "\n") // two hyphens would end the comment
		}
		b.WriteString("  -->\n")
	}
	b.WriteString("</iati-activities>\n")
	return out, b.Flush()
}

// activity makes the tree of one public record; nil where it cannot be made valid.
func (e *Exporter) activity(ctx context.Context, id assistance.ActivityID) (*node, []LeftOut, error) {
	a, err := e.Store.Activity(ctx, identity.Sight{}, id)
	if err != nil {
		return nil, nil, err
	}
	var root *node
	if a.Source == assistance.FromIATI {
		o, err := e.Store.Original(ctx, identity.Sight{}, id)
		if err != nil {
			return nil, nil, err
		}
		if root, err = original(o); err != nil {
			return nil, nil, err
		}
	} else {
		root = e.compose(a)
	}
	e.mark(root, a)
	m := mender{}
	ok := m.mend(root, "iati-activity", "iati-activity")
	identifier := a.IATIIdentifier
	if identifier == "" {
		identifier = identifierOf(a, e.reporter(a))
	}
	if !ok {
		root = nil
		m.left = append(m.left, LeftOut{Reason: exchange.Note{Key: "iati.left.record"}})
	}
	for i := range m.left {
		m.left[i].Record = identifier
	}
	return root, m.left, nil
}

// original reads the bytes of a publisher back, with the declarations of the file's root on which they lean.
func original(o assistance.Original) (*node, error) {
	root, bad := parseWhole(o.XML)
	if bad != nil {
		return nil, bad // what was taken in once was well-formed
	}
	head, bad := parse([]byte("<x "+o.Namespaces+"/>"), 1)
	if bad != nil {
		return nil, bad
	}
	for _, a := range head.attrs {
		if root.attr(a.name) == "" && a.name != "xmlns:merida" {
			root.attrs = append(root.attrs, a)
		}
	}
	return root, nil
}

// ours reports whether a sector or tag is of one of our vocabularies, of whichever instance.
func ours(vocabulary, uri, wanted, list string) bool {
	return vocabulary == wanted && strings.HasSuffix(uri, list)
}

// mark says which record an activity is, and what people confirmed about it.
func (e *Exporter) mark(root *node, a assistance.Activity) {
	root.attrs = slices.DeleteFunc(root.attrs, func(x attr) bool { return strings.HasPrefix(x.name, "merida:") })
	root.attrs = append(root.attrs, attr{recordMark, string(a.ID)})
	root.kids = slices.DeleteFunc(root.kids, func(k *node) bool {
		v, uri := k.attr("vocabulary"), k.attr("vocabulary-uri")
		return k.name == "sector" && (ours(v, uri, provisionVocabulary, provisionList) || ours(v, uri, formVocabulary, formList))
	})
	add := func(vocabulary, list, code string) {
		root.kids = append(root.kids, el("sector", "", "vocabulary", vocabulary, "vocabulary-uri", e.BaseURL+list, "code", code))
	}
	sure := func(ms []assistance.Mapping) []assistance.Mapping {
		ms = slices.DeleteFunc(slices.Clone(ms), func(m assistance.Mapping) bool { return m.Status != assistance.Confirmed })
		slices.SortFunc(ms, func(x, y assistance.Mapping) int {
			return cmp.Or(cmp.Compare(x.Provision, y.Provision), cmp.Compare(x.Form, y.Form))
		})
		return ms
	}
	for _, m := range sure(a.Provisions) {
		if m.Provision.Convention() == convention.UNCAC {
			add(provisionVocabulary, provisionList, string(m.Provision))
		}
	}
	for _, m := range sure(a.Forms) {
		add(formVocabulary, formList, m.Form)
	}
}
