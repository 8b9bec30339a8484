package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// font tells what the bytes of a string say and how wide they are.
type font struct {
	composite bool
	codes     *codes           // of a composite font
	to        *codes           // ToUnicode
	simple    [256]string      // of a simple font, by its encoding
	direct    bool             // the codes are UTF-16 themselves
	charset   *encodingDecoder // the codes are bytes of a national character set
	width     map[int]float64  // by code, or by cid of a composite font; thousandths of the size
	other     float64          // width of the rest
	scale     float64          // of a Type 3 font's own units
	bold      bool
}

type encodingDecoder struct{ encoding.Encoding }

// glyph is what one code shows.
type glyph struct {
	s     string
	known bool
	width float64 // as a share of the size
	space bool    // the single byte 32, which word spacing widens
}

var national = []struct {
	prefix string
	enc    encoding.Encoding
}{
	{"GBK", simplifiedchinese.GBK}, {"GB", simplifiedchinese.GBK}, {"ETen", traditionalchinese.Big5}, {"B5", traditionalchinese.Big5},
	{"90ms", japanese.ShiftJIS}, {"90pv", japanese.ShiftJIS}, {"EUC", japanese.EUCJP}, {"KSC", korean.EUCKR},
}

// loadFont reads a font's dictionary.
func (f *file) loadFont(d dict) *font {
	ft := &font{width: map[int]float64{}, scale: 0.001, other: 500}
	if s, ok := f.get(d["ToUnicode"]).(*stream); ok {
		if b, err := f.data(s); err == nil {
			ft.to = readCMap(b)
		}
	}
	base := strings.ToLower(string(f.name(d["BaseFont"])))
	ft.bold = strings.Contains(base, "bold") || strings.Contains(base, "black") || strings.Contains(base, "heavy")
	if f.name(d["Subtype"]) == "Type0" {
		f.loadComposite(ft, d)
		return ft
	}
	if f.name(d["Subtype"]) == "Type3" {
		if m := f.array(d["FontMatrix"]); len(m) == 6 && f.num(m[0]) != 0 {
			ft.scale = f.num(m[0])
		}
	}
	desc := f.dict(d["FontDescriptor"])
	if w := f.num(desc["MissingWidth"]); w > 0 {
		ft.other = w
	}
	first := int(f.num(d["FirstChar"]))
	for i, w := range f.array(d["Widths"]) {
		if i < 256 {
			ft.width[first+i] = f.num(w)
		}
	}
	f.encode(ft, d, int(f.num(desc["Flags"]))&4 != 0)
	return ft
}

// encode fills the table of a simple font from its encoding and the differences to it.
func (f *file) encode(ft *font, d dict, symbolic bool) {
	enc := f.get(d["Encoding"])
	base := name("")
	var diff array
	switch e := enc.(type) {
	case name:
		base = e
	case dict:
		base = f.name(e["BaseEncoding"])
		diff = f.array(e["Differences"])
	}
	cm := charmap.Windows1252 // what most fonts without a word about it hold
	switch {
	case base == "MacRomanEncoding":
		cm = charmap.Macintosh
	case base == "" && !symbolic && f.name(d["Subtype"]) == "Type1":
		standard(ft)
		cm = nil
	}
	if cm != nil {
		for i := 32; i < 256; i++ {
			if r := cm.DecodeByte(byte(i)); r != utf8.RuneError {
				ft.simple[i] = string(r)
			}
		}
	}
	code := 0
	for _, x := range diff {
		switch x := f.get(x).(type) {
		case float64:
			code = int(x)
		case name:
			if code >= 0 && code < 256 {
				ft.simple[code] = glyphName(string(x))
			}
			code++
		}
	}
}

func (f *file) loadComposite(ft *font, d dict) {
	ft.composite = true
	ft.codes = &codes{two: true}
	switch e := f.get(d["Encoding"]).(type) {
	case name:
		n := string(e)
		ft.direct = strings.Contains(n, "UCS2") || strings.Contains(n, "UTF16")
		if !ft.direct && !strings.HasPrefix(n, "Identity") {
			for _, x := range national {
				if strings.HasPrefix(n, x.prefix) {
					ft.charset = &encodingDecoder{x.enc}
					break
				}
			}
		}
	case *stream:
		if b, err := f.data(e); err == nil {
			ft.codes = readCMap(b)
		}
	}
	ft.other = 1000
	kids := f.array(d["DescendantFonts"])
	if len(kids) == 0 {
		return
	}
	k := f.dict(kids[0])
	if k["DW"] != nil {
		ft.other = f.num(k["DW"])
	}
	n := strings.ToLower(string(f.name(k["BaseFont"])))
	ft.bold = ft.bold || strings.Contains(n, "bold")
	w := f.array(k["W"])
	for i := 0; i+1 < len(w) && len(ft.width) < maxCodes; {
		c := int(f.num(w[i]))
		if list := f.array(w[i+1]); list != nil {
			for j, x := range list {
				ft.width[c+j] = f.num(x)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			break
		}
		last, x := int(f.num(w[i+1])), f.num(w[i+2])
		for ; c <= last && len(ft.width) < maxCodes; c++ {
			ft.width[c] = x
		}
		i += 3
	}
}

// read turns the bytes of a string into glyphs.
func (ft *font) read(b []byte, each func(glyph)) {
	if !ft.composite {
		for _, c := range b {
			g := glyph{width: ft.wide(int(c)), space: c == 32}
			if ft.to != nil {
				g.s, g.known = ft.to.unicode(uint32(c))
			}
			if !g.known {
				g.s = ft.simple[c]
				g.known = g.s != ""
			}
			each(g)
		}
		return
	}
	for len(b) > 0 {
		if ft.charset != nil {
			n := 1
			if b[0] >= 0x80 && len(b) > 1 {
				n = 2
			}
			s, err := ft.charset.NewDecoder().String(string(b[:n]))
			w := 0.5
			if n == 2 {
				w = 1
			}
			each(glyph{s: s, known: err == nil, width: w, space: n == 1 && b[0] == 32})
			b = b[n:]
			continue
		}
		code, n := ft.codes.next(b)
		b = b[n:]
		g := glyph{width: ft.wide(ft.codes.cidOf(code)), space: n == 1 && code == 32}
		if ft.to != nil {
			g.s, g.known = ft.to.unicode(code)
		}
		if !g.known && ft.direct {
			g.s, g.known = string(utf16.Decode([]uint16{uint16(code)})), true
		}
		each(g)
	}
}

func (ft *font) wide(c int) float64 {
	w, ok := ft.width[c]
	if !ok {
		w = ft.other
		if ft.scale != 0.001 {
			w = 0
		}
	}
	return w * ft.scale
}
