package pdf

import (
	"bytes"
	"context"
	"errors"
	"sort"
	"strconv"
)

// Faults that Read reports; what is none of them is a fault of the program.
var (
	ErrNotPDF    = errors.New("no readable PDF")
	ErrEncrypted = errors.New("the PDF needs a password")
	ErrTooLarge  = errors.New("the PDF passes a limit")
)

// Limits bound the work on one file; what passes one is ErrTooLarge.
type Limits struct {
	Pages    int
	Unpacked int // bytes of all streams together
	Letters  int
}

const maxObjects = 500_000

// place is where an object stands: in the file, or as the i-th in an object stream.
type place struct {
	at     int // in the file: of the object, or of the object stream that holds it
	holder int // number of the object stream; 0 when the object stands in the file itself
	index  int
	gen    int
}

type file struct {
	ctx     context.Context
	b       []byte
	places  map[int]place
	cache   map[int]any
	packed  map[int]*objStm
	trailer dict
	crypt   *crypt
	left    int // bytes that may still be unpacked
	opening map[int]bool
}

type objStm struct {
	body []byte
	at   []int // where the i-th object begins
}

// open finds the objects of a file.
func open(ctx context.Context, b []byte, unpacked int) (*file, error) {
	head := b[:min(len(b), 4096)]
	if !bytes.Contains(head, []byte("%PDF-")) {
		return nil, ErrNotPDF
	}
	f := &file{ctx: ctx, b: b, places: map[int]place{}, cache: map[int]any{}, packed: map[int]*objStm{}, trailer: dict{}, left: unpacked, opening: map[int]bool{}}
	holders, err := f.scan()
	if err != nil {
		return nil, err
	}
	if f.trailer["Encrypt"] != nil {
		if f.crypt, err = f.unlock(); err != nil {
			return nil, err
		}
		f.cache = map[int]any{}
	}
	for _, num := range holders {
		if err := f.unpackObjects(num); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// scan walks the file from object to object; what comes later overrides.
func (f *file) scan() (holders []int, err error) {
	b := f.b
	trailer := -1 // where the next trailer stands, so that it is sought once
	for pos := 0; pos < len(b); {
		if f.ctx.Err() != nil {
			return nil, f.ctx.Err()
		}
		if trailer < pos {
			if trailer = bytes.Index(b[pos:], []byte("trailer")); trailer >= 0 {
				trailer += pos
			} else {
				trailer = len(b)
			}
		}
		i := bytes.Index(b[pos:], []byte("obj"))
		if trailer < len(b) && (i < 0 || trailer < pos+i) {
			l := &lexer{b, trailer + len("trailer")}
			if o, _ := l.next(0); o != nil {
				if d, ok := o.(dict); ok {
					f.adopt(d)
				}
			}
			pos = max(l.pos, trailer+1)
			continue
		}
		if i < 0 {
			break
		}
		at := pos + i
		pos = at + 3
		num, gen, ok := numbersBefore(b, at)
		if !ok {
			continue
		}
		if len(f.places) >= maxObjects {
			return nil, ErrTooLarge
		}
		f.places[num] = place{at: pos, gen: gen}
		l := &lexer{b, pos}
		o, _ := l.next(0)
		d, isDict := o.(dict)
		pos = max(l.pos, pos)
		if !isDict {
			continue
		}
		s, next := f.streamAt(d, l.pos, num, gen)
		if s == nil {
			continue
		}
		pos = next
		switch d["Type"] {
		case name("ObjStm"):
			holders = append(holders, num)
		case name("XRef"):
			f.adopt(d)
		}
	}
	return holders, nil
}

func (f *file) adopt(d dict) {
	for _, k := range []name{"Root", "Encrypt", "ID"} {
		if d[k] != nil {
			f.trailer[k] = d[k]
		}
	}
}

// numbersBefore reads "12 0 " right before the word obj.
func numbersBefore(b []byte, at int) (num, gen int, ok bool) {
	read := func(end int) (v, from int, ok bool) {
		for end > 0 && space(b[end-1]) {
			end--
		}
		from = end
		for from > 0 && b[from-1] >= '0' && b[from-1] <= '9' && end-from < 10 {
			from--
		}
		v, err := strconv.Atoi(string(b[from:end]))
		return v, from, err == nil
	}
	if at == 0 || !space(b[at-1]) && (b[at-1] < '0' || b[at-1] > '9') {
		return 0, 0, false
	}
	gen, from, ok := read(at)
	if !ok || from == 0 || !space(b[from-1]) {
		return 0, 0, false
	}
	num, _, ok = read(from)
	return num, gen, ok && num > 0 && num < 1<<30
}

// streamAt finds the bytes of a stream whose dictionary ends at pos; nil when none follows.
func (f *file) streamAt(d dict, pos, num, gen int) (*stream, int) {
	l := &lexer{f.b, pos}
	if w, _ := l.next(0); w != word("stream") {
		return nil, pos
	}
	from := l.pos
	if from < len(f.b) && f.b[from] == '\r' {
		from++
	}
	if from < len(f.b) && f.b[from] == '\n' {
		from++
	}
	if n, ok := d["Length"].(float64); ok && f.ends(from, int(n)) {
		return &stream{dict: d, start: from, end: from + int(n), num: num, gen: gen}, from + int(n)
	}
	n := bytes.Index(f.b[from:], []byte("endstream"))
	if n < 0 {
		n = len(f.b) - from
	}
	return &stream{dict: d, start: from, end: from + n, num: num, gen: gen}, from + n
}

// ends reports that the word endstream follows n bytes after from.
func (f *file) ends(from, n int) bool {
	if n < 0 || from+n > len(f.b) {
		return false
	}
	tail := f.b[from+n : min(len(f.b), from+n+20)]
	return bytes.HasPrefix(bytes.TrimLeft(tail, "\r\n \t\x00"), []byte("endstream"))
}

// get resolves a reference; anything else is itself.
func (f *file) get(o any) any {
	for range 8 {
		r, ok := o.(ref)
		if !ok {
			return o
		}
		o = f.object(int(r))
	}
	return nil
}

func (f *file) object(num int) any {
	if o, ok := f.cache[num]; ok {
		return o
	}
	p, ok := f.places[num]
	if !ok || f.opening[num] {
		return nil
	}
	f.opening[num] = true
	defer delete(f.opening, num)
	var o any
	if p.holder != 0 {
		h := f.packed[p.holder]
		if h == nil || p.index >= len(h.at) {
			return nil
		}
		l := &lexer{h.body, h.at[p.index]}
		o, _ = l.next(0)
	} else {
		l := &lexer{f.b, p.at}
		o, _ = l.next(0)
		if d, isDict := o.(dict); isDict {
			if s, _ := f.streamAt(d, l.pos, num, p.gen); s != nil {
				if n, ok := f.get(d["Length"]).(float64); ok && f.ends(s.start, int(n)) {
					s.end = s.start + int(n)
				} else {
					s.end = trimEnd(f.b, s.start, s.end)
				}
				o = s
			}
		} else if n, isNum := o.(float64); isNum { // "5 0 R" as an object of its own
			if _, ok := l.next(0); ok {
				if w, _ := l.next(0); w == word("R") {
					o = ref(n)
				}
			}
		}
	}
	if _, isWord := o.(word); isWord {
		o = nil
	}
	f.cache[num] = o
	return o
}

func trimEnd(b []byte, from, end int) int {
	if end > from && b[end-1] == '\n' {
		end--
	}
	if end > from && b[end-1] == '\r' {
		end--
	}
	return end
}

// unpackObjects lists the objects of an object stream (section 7.5.7).
func (f *file) unpackObjects(num int) error {
	s, ok := f.object(num).(*stream)
	if !ok {
		return nil
	}
	body, err := f.data(s)
	if err != nil {
		if errors.Is(err, ErrTooLarge) {
			return err
		}
		return nil
	}
	first, n := f.num(s.dict["First"]), int(f.num(s.dict["N"]))
	l := &lexer{b: body}
	h := &objStm{body: body}
	for i := 0; i < n && i < maxObjects; i++ {
		id, ok1 := l.next(0)
		off, ok2 := l.next(0)
		x, isNum := id.(float64)
		y, isOff := off.(float64)
		if !ok1 || !ok2 || !isNum || !isOff {
			break
		}
		at := int(first + y)
		if at < 0 || at >= len(body) {
			at = len(body)
		}
		h.at = append(h.at, at)
		if old, known := f.places[int(x)]; !known || old.at < f.places[num].at {
			if len(f.places) >= maxObjects {
				return ErrTooLarge
			}
			f.places[int(x)] = place{at: f.places[num].at, holder: num, index: i}
			delete(f.cache, int(x))
		}
	}
	f.packed[num] = h
	return nil
}

func (f *file) num(o any) float64 {
	v, _ := f.get(o).(float64)
	return v
}

func (f *file) dict(o any) dict {
	switch d := f.get(o).(type) {
	case dict:
		return d
	case *stream:
		return d.dict
	}
	return nil
}

func (f *file) array(o any) array {
	a, _ := f.get(o).(array)
	return a
}

func (f *file) name(o any) name {
	n, _ := f.get(o).(name)
	return n
}

// page is a page with what it inherits.
type page struct {
	dict      dict
	resources dict
	box       [4]float64
	rotate    int
}

// pages lists the pages in order. A file whose tree is broken gives its page objects by their number.
func (f *file) pages(limit int) ([]page, error) {
	var out []page
	seen := map[int]bool{}
	var walk func(o any, up page, depth int) error
	walk = func(o any, up page, depth int) error {
		if r, ok := o.(ref); ok {
			if seen[int(r)] {
				return nil
			}
			seen[int(r)] = true
		}
		d := f.dict(o)
		if d == nil || depth > maxDepth {
			return nil
		}
		p := up
		p.dict = d
		f.inherit(&p, d)
		if kids := f.array(d["Kids"]); (kids != nil || d["Type"] == name("Pages")) && d["Type"] != name("Page") {
			for _, k := range kids {
				if err := walk(k, p, depth+1); err != nil {
					return err
				}
			}
			return nil
		}
		if len(out) >= limit {
			return ErrTooLarge
		}
		out = append(out, p)
		return nil
	}
	first := page{box: [4]float64{0, 0, 612, 792}}
	if err := walk(f.dict(f.trailer["Root"])["Pages"], first, 0); err != nil {
		return nil, err
	}
	if len(out) > 0 {
		return out, nil
	}
	var nums []int
	for n := range f.places {
		nums = append(nums, n)
	}
	sort.Ints(nums)
	for _, n := range nums {
		if d, ok := f.object(n).(dict); ok && d["Type"] == name("Page") {
			if len(out) >= limit {
				return nil, ErrTooLarge
			}
			p := first
			p.dict = d
			f.inherit(&p, d)
			out = append(out, p)
		}
	}
	return out, nil
}

func (f *file) inherit(p *page, d dict) {
	if r := f.dict(d["Resources"]); r != nil {
		p.resources = r
	}
	for _, k := range []name{"MediaBox", "CropBox"} {
		if a := f.array(d[k]); len(a) == 4 {
			for i := range a {
				p.box[i] = f.num(a[i])
			}
		}
	}
	if d["Rotate"] != nil {
		p.rotate = ((int(f.num(d["Rotate"]))/90)%4 + 4) % 4
	}
}
