package iati

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"merida/assistance"
	"merida/audit"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/exchange"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/party"
)

// A batch is what is taken in as one change: small enough that people's saves never wait long.
const (
	batchRecords = 100
	batchBytes   = 2 << 20
)

// Importer takes activity files in.
type Importer struct {
	Store       assistance.Store
	Parties     *directory.Parties
	Lists       *codelist.Lists
	Conventions *convention.Catalogue
	Now         clock.Func
}

// record is an activity on its way in.
type record struct {
	piece
	in     assistance.Incoming
	line   exchange.Line
	record string // which record it says to be, in a file that this program wrote
}

// Import takes in the activities of a file. name is what reports call it. tell hears after
// each batch how many bytes have been read, each hears what became of each record, in the
// order of the file; both may be nil. What was taken in stays when an error ends the
// import, and importing again goes on from there.
// Denied: the actor may not import. Invalid: the file is none that is read here, or holds a
// DOCTYPE or processing instructions. Errors of the store and of r end the import; the
// faults of a record never do.
func (im *Importer) Import(ctx context.Context, actor identity.Actor, name string, r io.Reader, tell func(bytes int64), each func(exchange.Line)) (rep exchange.Report, err error) {
	return im.ImportOf(ctx, actor, &Set{}, name, r, tell, each)
}

// Set is what files that are taken in together share, newest first (see Generated): where a later file holds another
// version of a record of an earlier one and its publisher does not say that it is newer, the first stands.
// So snapshots of a publisher give the same records in whichever order they are named, and again change nothing.
// The zero value is an empty set; it is not safe for concurrent use.
type Set struct {
	seen  map[string]int32 // beginnings of the hashes of records, as many as maxSeen, with the number of their file
	files int32
}

// Generated reads when a file says that it was written, from its root; the zero time where it does not say, or is
// none of ours. At most 64 KiB of r are read.
func Generated(r io.Reader) time.Time {
	s := newScanner(io.LimitReader(r, maxHead))
	if s.begin() != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s.head.generated)
	if err != nil {
		t, _ = time.Parse("2006-01-02T15:04:05", s.head.generated)
	}
	return t
}

// ImportOf is Import of one file of a set.
func (im *Importer) ImportOf(ctx context.Context, actor identity.Actor, set *Set, name string, r io.Reader, tell func(bytes int64), each func(exchange.Line)) (rep exchange.Report, err error) {
	if err := actor.Must(identity.Import, identity.Scope{}); err != nil {
		return rep, err
	}
	s := newScanner(r)
	if err := s.begin(); err != nil {
		return rep, err
	}
	run := &run{Importer: im, actor: actor, head: s.head, rules: im.prepare(), batch: id.New(im.Now()), set: set}
	set.files++
	for more := true; more; {
		var part []*record
		for size := 0; len(part) < batchRecords && size < batchBytes; {
			p, next := s.next()
			if next != nil {
				more = false
				if !errors.Is(next, io.EOF) {
					err = next // what came before it is still taken in
				}
				break
			}
			size += len(p.xml)
			part = append(part, &record{piece: p, line: exchange.Line{File: name, N: p.line}})
		}
		if stop := ctx.Err(); stop != nil {
			return rep, stop
		}
		if stop := run.take(ctx, part); stop != nil {
			return rep, stop
		}
		for _, x := range part {
			rep.Add(x.line)
			if each != nil {
				each(x.line)
			}
		}
		if tell != nil {
			tell(s.read)
		}
	}
	return rep, err
}

// run is one import of one file.
type run struct {
	*Importer
	actor identity.Actor
	head  header
	rules proposer
	batch string
	set   *Set
}

// maxSeen bounds what an import remembers of a file, some 40 MB. A record that comes again with
// other words after so many others counts as a newer version of itself.
const maxSeen = 500_000

func (r *run) see(hash string) {
	if r.set.seen == nil {
		r.set.seen = map[string]int32{}
	}
	if _, ok := r.set.seen[hash[:16]]; !ok && len(r.set.seen) < maxSeen {
		r.set.seen[strings.Clone(hash[:16])] = r.set.files
	}
}

// saw gives the number of the file of the set in which a record was seen, 0 when it was not.
func (r *run) saw(hash string) int32 {
	if len(hash) < 16 {
		return 0
	}
	return r.set.seen[hash[:16]]
}

// take brings a batch in and completes the lines of its records.
func (r *run) take(ctx context.Context, part []*record) error {
	var hashes []string
	for _, x := range part {
		x.in.Original = assistance.Original{Version: r.head.version, Namespaces: r.head.namespaces, XML: x.xml}
		if x.bad == nil {
			x.in.Original.Hash = hash(x.in.Original)
			hashes = append(hashes, x.in.Original.Hash)
			r.see(x.in.Original.Hash)
		}
	}
	current, err := r.Store.Current(ctx, hashes)
	if err != nil {
		return err
	}
	// Only a batch in which every record stands already is passed undecoded: a changed record
	// may bear on one that comes after it, and the store decides that in order.
	if len(current) == len(hashes) {
		for _, x := range part {
			x.line.Record, x.line.Title = glance(x.xml)
			if x.bad != nil {
				x.line.Refuse(x.bad)
				continue
			}
			x.line.Outcome = exchange.Unchanged
		}
		return nil
	}
	now := r.Now()
	r.decode(part, now)
	var in []assistance.Incoming
	var taken []*record
	for _, x := range part {
		if x.bad != nil {
			x.line.Refuse(x.bad)
			continue
		}
		done, err := r.returned(ctx, x)
		if err != nil {
			return err
		}
		if done {
			continue
		}
		in, taken = append(in, x.in), append(taken, x)
	}
	if len(in) == 0 {
		return nil
	}
	ds, err := r.Store.Apply(ctx, r.batch, in, func(present *assistance.Present, in assistance.Incoming) (assistance.Decision, error) {
		d := assistance.Decide(present, in)
		// Where the file has two versions of a record and none is newer, the one that stands stays;
		// else each import of the same file would turn it over.
		if file := r.saw(hashOf(present)); d.Outcome == assistance.Updated && file > 0 && !in.Activity.LastUpdated.After(present.LastUpdated) {
			if file != r.set.files {
				return assistance.Decision{Outcome: assistance.Unchanged, Activity: assistance.Activity{ID: present.ID}, Reason: assistance.Reason{Key: "iati.remark.snapshot"}}, nil
			}
			return assistance.Decision{Outcome: assistance.Refused, Activity: assistance.Activity{ID: present.ID},
				Reason: assistance.Reason{Key: "iati.refused.twice", Args: fault.Args{"id": short(in.Activity.IATIIdentifier)}}}, nil
		}
		if d.Outcome == assistance.Accepted {
			d.Activity.ID, d.Activity.CreatedAt = assistance.ActivityID(id.New(now)), now
		}
		if d.Outcome == assistance.Accepted || d.Outcome == assistance.Updated {
			d.Activity.ChangedAt = now
		}
		return d, nil
	}, func(ds []assistance.Decision) audit.Trace {
		counts := map[assistance.Outcome]int{}
		for _, d := range ds {
			counts[d.Outcome]++
		}
		if counts[assistance.Accepted]+counts[assistance.Updated] == 0 {
			return audit.Trace{} // nothing was done
		}
		detail := make(map[string]string, len(counts))
		for o, n := range counts {
			detail[string(o)] = strconv.Itoa(n)
		}
		return r.actor.Trace(now, identity.Import, "", "batch", r.batch, detail)
	})
	if err != nil {
		return err
	}
	for i, d := range ds {
		l := &taken[i].line
		l.Outcome = exchange.Outcome(d.Outcome)
		switch note := (exchange.Note{Key: d.Reason.Key, Args: d.Reason.Args}); {
		case d.Outcome == assistance.Refused:
			l.Reason = note
		case note.Key != "":
			l.Remarks = append(l.Remarks, note)
		}
	}
	return nil
}

// decode reads the records of a batch, on as many processors as there are.
func (r *run) decode(part []*record, now time.Time) {
	var wg sync.WaitGroup
	next := make(chan *record, len(part))
	for _, x := range part {
		next <- x
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), len(part)) {
		wg.Go(func() {
			for x := range next {
				r.decodeOne(x, now)
			}
		})
	}
	wg.Wait()
}

func (r *run) decodeOne(x *record, now time.Time) {
	if x.bad == nil {
		var root *node
		if root, x.bad = parse(x.xml, x.piece.line); x.bad == nil {
			d := decoder{now: now, known: r.state}
			x.in.Activity, x.bad = d.decode(root, r.head)
			x.line.Record, x.line.Title, x.line.Remarks = short(x.in.Activity.IATIIdentifier), short(x.in.Activity.Titles.Pick("en")), d.remarks
			if x.bad == nil {
				r.stated(&x.in.Activity, d.stated)
				r.rules.propose(&x.in.Activity)
			}
			x.record = d.record
			return
		}
	}
	x.line.Record, x.line.Title = glance(x.xml)
}

// stated takes over what a file says in our own vocabularies: whoever writes it there says it of the activity.
// Codes that are not known here stay in the original.
func (r *run) stated(a *assistance.Activity, ms []assistance.Mapping) {
	for _, m := range ms {
		if m.Provision != "" && r.Conventions.Known(m.Provision) {
			a.Provisions = append(a.Provisions, m)
		} else if _, ok := r.Lists.Get("ta-form", m.Form); ok && m.Provision == "" {
			a.Forms = append(a.Forms, m)
		}
	}
}

// returned decides about a record that was exported from here and comes back: as it was written, it changes
// nothing; otherwise a record that was made here is changed here alone, and one of a publisher goes the usual way.
func (r *run) returned(ctx context.Context, x *record) (done bool, err error) {
	if x.record == "" || !strings.Contains(r.head.namespaces, namespace) {
		return false, nil
	}
	a, err := r.Store.Activity(ctx, identity.Sight{}, assistance.ActivityID(x.record))
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	here, _, err := (&Exporter{Store: r.Store, Parties: r.Parties, Now: r.Now}).activity(ctx, a.ID)
	if err != nil {
		return false, err
	}
	there, bad := parseWhole(x.xml)
	if bad == nil && here != nil && bytes.Equal(here.bare().write(nil, -1), there.bare().write(nil, -1)) {
		x.line.Outcome = exchange.Unchanged
		return true, nil
	}
	if a.Source == assistance.FromIATI {
		return false, nil
	}
	x.line.Outcome, x.line.Reason = exchange.Refused, exchange.Note{Key: "iati.refused.kept"}
	return true, nil
}

func (r *run) state(code string) (party.ID, bool) {
	if p, ok := r.Parties.Lookup(code); ok {
		return p.ID, true
	}
	return party.ID(code), party.ID(code).Demonstration()
}

// hash is the SHA-256 by which an original is known: version, namespaces and bytes, each on a line of its own.
func hash(o assistance.Original) string {
	h := sha256.New()
	io.WriteString(h, o.Version+"\n"+o.Namespaces+"\n")
	h.Write(o.XML)
	return hex.EncodeToString(h.Sum(nil))
}

func hashOf(p *assistance.Present) string {
	if p == nil {
		return ""
	}
	return p.Hash
}

// glance finds identifier and title of an activity that is not decoded, for the report only.
func glance(b []byte) (identifier, title string) {
	between := func(b []byte, opening, closing string) string {
		_, b, ok := bytes.Cut(b, []byte(opening))
		if !ok {
			return ""
		}
		if b, _, ok = bytes.Cut(b, []byte(closing)); !ok {
			return ""
		}
		if _, after, ok := bytes.Cut(b, []byte("<narrative")); ok {
			_, after, _ = bytes.Cut(after, []byte(">"))
			b, _, _ = bytes.Cut(after, []byte("<"))
		}
		s, ok := unescape(b[:min(len(b), 4<<10)], false)
		if !ok || strings.Contains(s, "<") {
			return ""
		}
		return short(oneLine(strings.ToValidUTF8(s, "\uFFFD")))
	}
	return between(b, "<iati-identifier>", "</iati-identifier>"), between(b, "<title", "</title>")
}
