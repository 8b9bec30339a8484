package inverted

import (
	"encoding/binary"
	"errors"
)

// blockLen is the number of sections in a block of a list. Whoever looks for a section passes over whole blocks.
const blockLen = 128

var errDamaged = errors.New("search: the index is damaged")

// entry is what the dictionary says of a term.
type entry struct {
	df        int // sections that have it
	post, pos []byte
}

// listWriter makes the list of one term. A posting is a section, how often the term stands in its
// heading and in its text, and at which places; numbers are differences in variable length.
type listWriter struct {
	df               int
	last             uint32 // section
	docs, freqs, pos []byte // of the block at hand
	n                int    // in it
	table            []byte // one line per finished block: last section, lengths
	tableLast        uint32
	body, places     []byte // of the finished blocks
	blocks           int
}

func (w *listWriter) reset() {
	*w = listWriter{docs: w.docs[:0], freqs: w.freqs[:0], pos: w.pos[:0], table: w.table[:0], body: w.body[:0], places: w.places[:0]}
}

// add appends a posting; places are its positions as differences.
func (w *listWriter) add(sec uint32, head, body uint32, places []byte) {
	if w.n == blockLen {
		w.flush()
	}
	w.docs = binary.AppendUvarint(w.docs, uint64(sec-w.last))
	w.last = sec
	if head == 0 {
		w.freqs = binary.AppendUvarint(w.freqs, uint64(body)<<1)
	} else {
		w.freqs = binary.AppendUvarint(binary.AppendUvarint(w.freqs, uint64(body)<<1|1), uint64(head))
	}
	w.pos = append(w.pos, places...)
	w.n++
	w.df++
}

func (w *listWriter) flush() {
	w.table = binary.AppendUvarint(w.table, uint64(w.last-w.tableLast))
	w.tableLast = w.last
	for _, b := range [][]byte{w.docs, w.freqs, w.pos} {
		w.table = binary.AppendUvarint(w.table, uint64(len(b)))
	}
	w.body = append(append(w.body, w.docs...), w.freqs...)
	w.places = append(w.places, w.pos...)
	w.docs, w.freqs, w.pos, w.n = w.docs[:0], w.freqs[:0], w.pos[:0], 0
	w.blocks++
}

// finish appends the list to the two areas of a segment.
func (w *listWriter) finish(post, pos []byte) (newPost, newPos []byte) {
	if w.blocks == 0 {
		post = binary.AppendUvarint(post, uint64(len(w.docs)))
		return append(append(post, w.docs...), w.freqs...), append(pos, w.pos...)
	}
	if w.n > 0 {
		w.flush()
	}
	return append(append(post, w.table...), w.body...), append(pos, w.places...)
}

type block struct {
	last             uint32
	docs, freqs, pos []byte
}

// cursor walks a list. The zero cursor is an empty list.
type cursor struct {
	secs       [blockLen]uint32
	head, body [blockLen]uint16
	n, i       int // postings of the block at hand, and the one at hand
	next       int // block
	blocks     []block
	df         int
	counted    bool // head and body are those of the block at hand
	placed     bool
	at         [blockLen + 1]int32 // where the positions of each posting begin
	buf        []uint32
}

func uvarint(b []byte, at int) (v uint32, next int) {
	if at < len(b) && b[at] < 0x80 {
		return uint32(b[at]), at + 1
	}
	for shift := 0; shift < 35; shift += 7 {
		if at >= len(b) {
			panic(errDamaged)
		}
		x := b[at]
		at++
		v |= uint32(x&0x7f) << shift
		if x < 0x80 {
			return v, at
		}
	}
	panic(errDamaged)
}

// open begins at the start of a list. A damaged list panics with errDamaged, which Search answers.
func (c *cursor) open(e entry) {
	c.n, c.i, c.next, c.df = 0, 0, 0, e.df
	c.blocks = c.blocks[:0]
	if e.df == 0 {
		return
	}
	if e.df <= blockLen {
		n, at := uvarint(e.post, 0)
		if at+int(n) > len(e.post) {
			panic(errDamaged)
		}
		c.blocks = append(c.blocks, block{^uint32(0), e.post[at : at+int(n)], e.post[at+int(n):], e.pos})
		return
	}
	var last uint32
	at, count := 0, (e.df+blockLen-1)/blockLen
	type lengths struct{ docs, freqs, pos uint32 }
	lens := make([]lengths, count)
	for k := range count {
		var d uint32
		d, at = uvarint(e.post, at)
		last += d
		lens[k].docs, at = uvarint(e.post, at)
		lens[k].freqs, at = uvarint(e.post, at)
		lens[k].pos, at = uvarint(e.post, at)
		c.blocks = append(c.blocks, block{last: last})
	}
	p := 0
	for k, l := range lens {
		b := &c.blocks[k]
		if at+int(l.docs)+int(l.freqs) > len(e.post) || p+int(l.pos) > len(e.pos) {
			panic(errDamaged)
		}
		b.docs, b.freqs, b.pos = e.post[at:at+int(l.docs)], e.post[at+int(l.docs):at+int(l.docs)+int(l.freqs)], e.pos[p:p+int(l.pos)]
		at += int(l.docs) + int(l.freqs)
		p += int(l.pos)
	}
}

// load brings the next block; false at the end.
func (c *cursor) load() bool {
	if c.next >= len(c.blocks) {
		c.n, c.i = 0, 0
		return false
	}
	b := c.blocks[c.next]
	var sec uint32
	if c.next > 0 {
		sec = c.blocks[c.next-1].last
	}
	c.n = min(blockLen, c.df-c.next*blockLen)
	at, d := 0, b.docs
	for k := range c.n {
		var x uint32
		if at < len(d) && d[at] < 0x80 {
			x = uint32(d[at])
			at++
		} else {
			x, at = uvarint(d, at)
		}
		sec += x
		c.secs[k] = sec
	}
	c.next++
	c.i, c.counted, c.placed = 0, false, false
	return true
}

// counts fills head and body of the block at hand.
func (c *cursor) counts() {
	if c.counted {
		return
	}
	f, at := c.blocks[c.next-1].freqs, 0
	for k := range c.n {
		var x, h uint32
		if at < len(f) && f[at] < 0x80 {
			x = uint32(f[at])
			at++
		} else {
			x, at = uvarint(f, at)
		}
		if x&1 != 0 {
			h, at = uvarint(f, at)
		}
		c.body[k], c.head[k] = uint16(min(x>>1, 1<<16-1)), uint16(min(h, 1<<16-1))
	}
	c.counted = true
}

// seek goes on to the first section that is not before sec; false at the end.
func (c *cursor) seek(sec uint32) (uint32, bool) {
	for {
		if c.i < c.n && c.secs[c.n-1] >= sec {
			for c.secs[c.i] < sec {
				c.i++
			}
			return c.secs[c.i], true
		}
		for c.next < len(c.blocks)-1 && c.blocks[c.next].last < sec {
			c.next++
		}
		if !c.load() {
			return 0, false
		}
	}
}

// raw gives the positions of a posting of the block at hand as they are written.
func (c *cursor) raw(i int) []byte {
	p := c.blocks[c.next-1].pos
	if !c.placed {
		c.counts()
		at := 0
		for k := range c.n {
			c.at[k] = int32(at)
			for range int(c.head[k]) + int(c.body[k]) {
				for at < len(p) && p[at] >= 0x80 {
					at++
				}
				at++
			}
		}
		if at > len(p) {
			panic(errDamaged)
		}
		c.at[c.n] = int32(at)
		c.placed = true
	}
	return p[c.at[i]:c.at[i+1]]
}

// places gives the positions of the posting at hand, in order; the slice is used again.
func (c *cursor) places() []uint32 {
	b := c.raw(c.i)
	c.buf = c.buf[:0]
	var p uint32
	for at := 0; at < len(b); {
		var d uint32
		d, at = uvarint(b, at)
		p += d
		c.buf = append(c.buf, p)
	}
	return c.buf
}
