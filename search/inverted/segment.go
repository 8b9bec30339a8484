package inverted

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sort"
	"sync/atomic"

	"merida/lang"
)

// format changes with the layout of the files.
const format = 4

// stride is the number of terms in a block of the dictionary, whose first term stands whole.
const stride = 16

// meta is what memory holds of a document, as the file has it.
type meta struct {
	ID       string              `json:"id"`
	SourceID string              `json:"source,omitempty"`
	Lang     lang.Tag            `json:"lang"`
	Title    string              `json:"title"` // folded, for the order
	Date     string              `json:"date,omitempty"`
	Year     int                 `json:"year,omitempty"`
	Changed  int64               `json:"changed,omitempty"` // microseconds
	Fields   map[string][]string `json:"fields,omitempty"`
	Sections uint32              `json:"n"` // its title and the record as a whole come first
}

// toc stands at the end of a segment's file and says where its areas are.
type toc struct {
	Format   int   `json:"format"`
	Docs     int   `json:"docs"`
	Sections int   `json:"sections"`
	Terms    int   `json:"terms"`
	Words    int64 `json:"words"` // of all sections
	Size     int64 `json:"size"`  // of all areas, in bytes
	// Area ends, in the order in which they follow each other.
	Text, Places, Lists, Dictionary, Blocks, Offsets, Norms, Records int64
}

var magic = []byte("merida search 1\n")

// segment is an open file. It is closed when nobody uses it any more.
type segment struct {
	name    string
	toc     toc
	data    []byte
	release func() error
	users   atomic.Int32
	path    string
	gone    atomic.Bool // the file is to be removed with the last user

	text, places, lists, dict, blocks, offsets, norms []byte

	docs    []meta
	first   []uint32 // first section of each document, and one more
	docOf   []uint32 // document of each section
	columns *columns
}

// writer writes the areas of a segment one after the other.
type writer struct {
	f   *os.File
	buf []byte
	n   int64
	err error
}

func (w *writer) write(b []byte) {
	if w.err != nil {
		return
	}
	w.n += int64(len(b))
	w.buf = append(w.buf, b...)
	if len(w.buf) >= 1<<20 {
		_, w.err = w.f.Write(w.buf)
		w.buf = w.buf[:0]
	}
}

// dictionary writes terms in order.
type dictionary struct {
	out    []byte
	blocks []byte
	last   []byte
	n      int
	post   int64
	pos    int64
}

func (d *dictionary) add(term []byte, df int, post, pos int64) {
	shared := 0
	if d.n%stride == 0 {
		d.blocks = binary.LittleEndian.AppendUint64(d.blocks, uint64(len(d.out)))
		d.out = binary.AppendUvarint(binary.AppendUvarint(d.out, uint64(d.post)), uint64(d.pos))
	} else {
		for shared < len(term) && shared < len(d.last) && term[shared] == d.last[shared] {
			shared++
		}
	}
	d.out = binary.AppendUvarint(d.out, uint64(shared))
	d.out = binary.AppendUvarint(d.out, uint64(len(term)-shared))
	d.out = append(d.out, term[shared:]...)
	for _, x := range []int64{int64(df), post, pos} {
		d.out = binary.AppendUvarint(d.out, uint64(x))
	}
	d.last = append(d.last[:0], term...)
	d.n++
	d.post += post
	d.pos += pos
}

// parts are what a segment is written from. The lists and positions are called for while they are written, term by term.
type parts struct {
	docs  []meta
	norms []byte
	words int64
	text  func(add func(record []byte)) error
	terms func(add func(term []byte, w *listWriter)) error
}

// create writes a segment's file and leaves nothing behind when that fails.
func create(folder, name string, p parts) (err error) {
	path := filepath.Join(folder, name)
	// The lists are as many as the positions; they wait beside until the positions are written.
	side, err := os.CreateTemp(folder, "lists-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		side.Close()
		os.Remove(side.Name())
	}()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(path)
		}
	}()
	w, lists := &writer{f: f}, &writer{f: side}
	t := toc{Format: format, Docs: len(p.docs), Sections: len(p.norms), Words: p.words}
	var offsets []byte
	if err := p.text(func(record []byte) {
		offsets = binary.LittleEndian.AppendUint64(offsets, uint64(w.n))
		w.write(record)
	}); err != nil {
		return err
	}
	t.Text = w.n
	var d dictionary
	var post, pos []byte
	if err := p.terms(func(term []byte, l *listWriter) {
		post, pos = l.finish(post[:0], pos[:0])
		d.add(term, l.df, int64(len(post)), int64(len(pos)))
		lists.write(post)
		w.write(pos)
	}); err != nil {
		return err
	}
	t.Terms = d.n
	t.Places = w.n
	if lists.err != nil {
		return lists.err
	}
	if _, err := side.Write(lists.buf); err != nil {
		return err
	}
	if _, err := side.Seek(0, io.SeekStart); err != nil {
		return err
	}
	buf := make([]byte, 1<<18)
	for {
		n, err := side.Read(buf)
		w.write(buf[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	t.Lists = w.n
	w.write(d.out)
	t.Dictionary = w.n
	w.write(d.blocks)
	t.Blocks = w.n
	w.write(offsets)
	t.Offsets = w.n
	w.write(p.norms)
	t.Norms = w.n
	for _, m := range p.docs {
		b, err := json.Marshal(m)
		if err != nil {
			return err
		}
		w.write(append(b, '\n'))
	}
	t.Records = w.n
	t.Size = w.n
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	w.write(b)
	var end []byte
	end = binary.LittleEndian.AppendUint32(end, uint32(len(b)))
	end = binary.LittleEndian.AppendUint32(end, crc32.ChecksumIEEE(b))
	w.write(append(end, magic...))
	if w.err != nil {
		return w.err
	}
	if _, err := f.Write(w.buf); err != nil {
		return err
	}
	return f.Sync()
}

// openSegment opens a file. An error means that it cannot be used.
func openSegment(folder, name string, values *interner) (s *segment, err error) {
	path := filepath.Join(folder, name)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s = &segment{name: name, path: path}
	if s.data, s.release, err = mapFile(f, info.Size()); err != nil {
		return nil, err
	}
	release := s.release
	defer func() {
		if err != nil {
			release()
			err = fmt.Errorf("search: %s: %w", name, err)
		}
	}()
	foot := len(magic) + 8
	if len(s.data) < foot || !bytes.Equal(s.data[len(s.data)-len(magic):], magic) {
		return nil, errDamaged
	}
	end := s.data[len(s.data)-foot:]
	n := int(binary.LittleEndian.Uint32(end))
	if n > len(s.data)-foot {
		return nil, errDamaged
	}
	head := s.data[len(s.data)-foot-n : len(s.data)-foot]
	if crc32.ChecksumIEEE(head) != binary.LittleEndian.Uint32(end[4:]) {
		return nil, errDamaged
	}
	t := &s.toc
	if err := json.Unmarshal(head, t); err != nil {
		return nil, err
	}
	if t.Format != format || t.Size != int64(len(s.data)-foot-n) {
		return nil, errDamaged
	}
	var at int64
	for _, area := range []struct {
		to   *[]byte
		upTo int64
	}{{&s.text, t.Text}, {&s.places, t.Places}, {&s.lists, t.Lists}, {&s.dict, t.Dictionary}, {&s.blocks, t.Blocks}, {&s.offsets, t.Offsets}, {&s.norms, t.Norms}} {
		if area.upTo < at || area.upTo > t.Size {
			return nil, errDamaged
		}
		*area.to = s.data[at:area.upTo]
		at = area.upTo
	}
	if len(s.norms) != t.Sections || len(s.offsets) != 8*t.Sections || len(s.blocks) != 8*((t.Terms+stride-1)/stride) {
		return nil, errDamaged
	}
	for line := range bytes.Lines(s.data[at:t.Size]) {
		var m meta
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, err
		}
		s.docs = append(s.docs, m)
	}
	if len(s.docs) != t.Docs {
		return nil, errDamaged
	}
	s.first = make([]uint32, 0, t.Docs+1)
	s.docOf = make([]uint32, 0, t.Sections)
	for i, m := range s.docs {
		s.first = append(s.first, uint32(len(s.docOf)))
		if int(m.Sections)+len(s.docOf) > t.Sections || m.Sections < 2 {
			return nil, errDamaged
		}
		for range m.Sections {
			s.docOf = append(s.docOf, uint32(i))
		}
	}
	s.first = append(s.first, uint32(len(s.docOf)))
	if len(s.docOf) != t.Sections {
		return nil, errDamaged
	}
	s.columns = values.columns(s.docs)
	for i := range s.docs {
		s.docs[i].Fields = nil // the columns have them
	}
	return s, nil
}

func (s *segment) use() { s.users.Add(1) }

func (s *segment) leave() {
	if s.users.Add(-1) > 0 {
		return
	}
	s.release()
	if s.gone.Load() {
		os.Remove(s.path)
	}
}

// record is what is shown of a section.
func (s *segment) record(sec uint32) (eid, heading, text string) {
	b := s.raw(sec)
	part := func() string {
		n, w := binary.Uvarint(b)
		if w <= 0 || n > uint64(len(b)-w) {
			panic(errDamaged)
		}
		x := string(b[w : w+int(n)])
		b = b[w+int(n):]
		return x
	}
	return part(), part(), string(b)
}

func (s *segment) raw(sec uint32) []byte {
	from, to := binary.LittleEndian.Uint64(s.offsets[8*sec:]), uint64(len(s.text))
	if int(sec)+1 < s.toc.Sections {
		to = binary.LittleEndian.Uint64(s.offsets[8*sec+8:])
	}
	if from > to || to > uint64(len(s.text)) {
		panic(errDamaged)
	}
	return s.text[from:to]
}

// walker goes through the dictionary in order.
type walker struct {
	s         *segment
	at        int // byte of the dictionary
	n         int // terms read
	post, pos int64
	term      []byte
	df        int
	postLen   int64
	posLen    int64
}

func (w *walker) num() int64 {
	d := w.s.dict
	if w.at < len(d) && d[w.at] < 0x80 {
		w.at++
		return int64(d[w.at-1])
	}
	if w.at >= len(d) {
		panic(errDamaged)
	}
	x, n := binary.Uvarint(d[w.at:])
	if n <= 0 || x > 1<<62 {
		panic(errDamaged)
	}
	w.at += n
	return int64(x)
}

// step reads the next term; false at the end.
func (w *walker) step() bool {
	if w.n >= w.s.toc.Terms {
		return false
	}
	if w.n%stride == 0 {
		w.post, w.pos = w.num(), w.num()
	} else {
		w.post += w.postLen
		w.pos += w.posLen
	}
	shared, more := int(w.num()), int(w.num())
	if shared > len(w.term) || w.at+more > len(w.s.dict) {
		panic(errDamaged)
	}
	w.term = append(w.term[:shared], w.s.dict[w.at:w.at+more]...)
	w.at += more
	w.df, w.postLen, w.posLen = int(w.num()), w.num(), w.num()
	w.n++
	return true
}

func (w *walker) entry() entry {
	s := w.s
	if w.post+w.postLen > int64(len(s.lists)) || w.pos+w.posLen > int64(len(s.places)) {
		panic(errDamaged)
	}
	return entry{w.df, s.lists[w.post : w.post+w.postLen], s.places[w.pos : w.pos+w.posLen]}
}

// block stands at the start of the block of the dictionary in which a term is, if anywhere.
func (s *segment) block(term string) *walker {
	w := &walker{s: s}
	firstOf := func(k int) []byte {
		f := walker{s: s, at: s.blockAt(k)}
		f.num()
		f.num()
		f.num()
		l := int(f.num())
		if f.at+l > len(s.dict) {
			panic(errDamaged)
		}
		return s.dict[f.at : f.at+l]
	}
	if k := sort.Search(len(s.blocks)/8, func(k int) bool { return string(firstOf(k)) > term }) - 1; k > 0 {
		w.at, w.n = s.blockAt(k), k*stride
	}
	return w
}

func (s *segment) blockAt(k int) int {
	at := binary.LittleEndian.Uint64(s.blocks[8*k:])
	if at > uint64(len(s.dict)) {
		panic(errDamaged)
	}
	return int(at)
}

// lookup gives the list of one term, an empty one where the segment does not have it.
func (s *segment) lookup(term string) entry {
	w := s.block(term)
	for w.step() {
		if string(w.term) >= term {
			if string(w.term) == term {
				return w.entry()
			}
			break
		}
	}
	return entry{}
}

// beginning calls for each term that begins so, in order, until it is told to stop.
func (s *segment) beginning(with string, each func(w *walker) bool) {
	w := s.block(with)
	for w.step() {
		if len(w.term) >= len(with) && string(w.term[:len(with)]) == with {
			if !each(w) {
				return
			}
		} else if string(w.term) > with {
			return
		}
	}
}
