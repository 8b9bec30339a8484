package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"merida/internal/testkit"
)

var lim = Limits{Pages: 100, Unpacked: 8 << 20, Letters: 200_000}

func texts(t testing.TB, b []byte) (out []string) {
	t.Helper()
	pages, err := Read(t.Context(), b, lim)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		for _, r := range p.Runs {
			out = append(out, r.Text)
		}
	}
	return out
}

func want(t testing.TB, b []byte, lines ...string) {
	t.Helper()
	if got := texts(t, b); strings.Join(got, "|") != strings.Join(lines, "|") {
		t.Errorf("read %q, not %q", got, lines)
	}
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

// made is a file of numbered objects, without a cross-reference table.
func made(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj %s endobj\n", i+1, o)
	}
	b.WriteString("trailer << /Root 1 0 R >>\n")
	return b.Bytes()
}

func stm(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >> stream\n%s\nendstream", dict, len(body), body)
}

const (
	catalog = "<< /Type /Catalog /Pages 2 0 R >>"
	tree    = "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>"
	leaf    = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>"
	latin   = "<< /Type /Font /Subtype /TrueType /BaseFont /Arial /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /afii10017 /uni0414 /fi /eacute] >> >>"
)

func TestReadsWhatIsSet(t *testing.T) {
	want(t, testkit.PDF([]testkit.Line{{X: 50, Y: 700, Text: "Article 1, the \"law\" (of words)"}, {X: 50, Y: 680, Text: "Second"}, {X: 300, Y: 680, Text: "aside"}}), "Article 1, the \"law\" (of words)", "Second", "aside")
	show := "BT /F 10 Tf 50 700 Td (A\\001\\002\\003\\004) Tj 0 -20 Td [(Wo) -20 (rd) -600 (next)] TJ T* 1 0 0 1 50 600 Tm (below) Tj ET"
	lines := []string{"AАДfié", "Word next", "below"}
	want(t, made(catalog, tree, leaf, stm("", show), latin), lines...)
	want(t, made(catalog, tree, leaf, stm("/Filter /FlateDecode", deflated(show)), latin), lines...)
	want(t, made(catalog, tree, leaf, stm("/Filter [/ASCIIHexDecode /FlateDecode]", fmt.Sprintf("%x>", deflated(show))), latin), lines...)
	// A form of its own, an artifact, a picture within the content.
	form := "BT /F 10 Tf 50 500 Td (form) Tj ET"
	want(t, made(catalog, tree, leaf, stm("", "/Artifact BMC BT /F 10 Tf 50 790 Td (header) Tj ET EMC BI /W 1 /H 1 ID \x00(BT EI x\nEI /X Do"), latin, stm("/Subtype /Form", form)), "form")
	// Turned by a quarter: what is drawn upwards is read as a line.
	turned := strings.Replace(leaf, "/Type /Page ", "/Type /Page /Rotate 90 ", 1)
	want(t, made(catalog, tree, turned, stm("", "BT /F 10 Tf 0 1 -1 0 100 100 Tm (upright) Tj ET BT /F 10 Tf 1 0 0 1 100 100 Tm (sideways) Tj ET"), latin), "upright")
}

func TestCompositeFontsAndObjectStreams(t *testing.T) {
	cmap := "begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0003> <0020> endbfchar 2 beginbfrange <0004> <0006> <7B2C> <0010> <0011> [<6761> <00660069>] endbfrange"
	type0 := "<< /Type /Font /Subtype /Type0 /BaseFont /Song-Bold /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [<< /Subtype /CIDFontType2 /DW 1000 /W [3 [250] 4 6 900] >>] >>"
	show := "BT /F 10 Tf 50 700 Td <00040010000300110099> Tj ET"
	b := made(catalog, tree, leaf, stm("", show), type0, stm("", cmap))
	want(t, b, "第条 fi")
	pages, err := Read(t.Context(), b, lim)
	if err != nil || pages[0].Unknown != 1 || pages[0].Letters != 4 || !pages[0].Runs[0].Bold {
		t.Errorf("%+v %v", pages, err)
	}
	direct := "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /UniGB-UCS2-H /DescendantFonts [<< >>] >>"
	want(t, made(catalog, tree, leaf, stm("", "BT /F 10 Tf 50 700 Td <7B2C6761> Tj ET"), direct), "第条")
	gbk := "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /GBK-EUC-H /DescendantFonts [<< >>] >>"
	want(t, made(catalog, tree, leaf, stm("", "BT /F 10 Tf 50 700 Td <B5DACCF5> Tj ET"), gbk), "第条")
	// The dictionaries stand in an object stream, as newer files have them, and an older page object before them is overridden.
	packed := []string{catalog, tree, leaf, latin}
	var head, body strings.Builder
	for i, o := range packed {
		fmt.Fprintf(&head, "%d %d ", []int{1, 2, 3, 5}[i], body.Len())
		body.WriteString(o + " ")
	}
	file := "%PDF-1.7\n3 0 obj << /Type /Page /Contents 9 0 R >> endobj\n4 0 obj " + stm("", "BT /F 10 Tf 50 700 Td (packed) Tj ET") + " endobj\n" +
		"7 0 obj " + stm(fmt.Sprintf("/Type /ObjStm /N 4 /First %d /Filter /FlateDecode", head.Len()), deflated(head.String()+body.String())) + " endobj\n" +
		"8 0 obj " + stm("/Type /XRef /Root 1 0 R", "") + " endobj\n"
	want(t, []byte(file), "packed")
}

func TestRightToLeft(t *testing.T) {
	cmap := "1 beginbfrange <01> <1c> <0627> endbfrange 3 beginbfchar <30> <0660> <31> <0661> <28> <0028> endbfchar 1 beginbfchar <29> <0029> endbfchar 1 beginbfchar <41> <064406270020> endbfchar"
	f := "<< /Type /Font /Subtype /Type1 /BaseFont /A /FirstChar 0 /Widths [" + strings.Repeat("500 ", 100) + "] /ToUnicode 6 0 R >>"
	// Drawn from the left: the last letter of the line stands first.
	b := made(catalog, tree, leaf, stm("", "BT /F 10 Tf 50 700 Td <03 02 01> Tj 18 0 Td <31 30 31> Tj 18 0 Td <28 02 29 01> Tj ET"), f, stm("", cmap))
	want(t, b, "ا(ب) ١٠١ ابة")
}

func TestColumns(t *testing.T) {
	var page []testkit.Line
	page = append(page, testkit.Line{X: 60, Y: 800, Text: strings.Repeat("a title across ", 5)})
	for i := range 30 {
		y := 760 - float64(i)*20
		page = append(page, testkit.Line{X: 60, Y: y, Text: "left left left left left"}, testkit.Line{X: 320, Y: y, Text: "right right right right"})
	}
	pages, err := Read(t.Context(), testkit.PDF(page), lim)
	if err != nil || pages[0].Columns != 2 {
		t.Fatalf("%v, %+v", err, pages)
	}
	n := map[int]int{}
	for _, r := range pages[0].Runs {
		n[r.Column]++
		if r.Column == 1 && !strings.HasPrefix(r.Text, "left") || r.Column == 2 && !strings.HasPrefix(r.Text, "right") {
			t.Errorf("%+v", r)
		}
	}
	if n[0] != 1 || n[1] != 30 || n[2] != 30 {
		t.Errorf("%v", n)
	}
}

// A file that asks for no password to be read is read, by both ciphers of ISO 32000-1.
func TestEncryptedWithoutPassword(t *testing.T) {
	content := "BT /F 10 Tf 50 700 Td (secret) Tj ET"
	for _, withAES := range []bool{false, true} {
		o := strings.Repeat("o", 32)
		h := md5.New()
		h.Write(padding)
		h.Write([]byte(o))
		h.Write([]byte{0xfc, 0xff, 0xff, 0xff}) // -4
		h.Write([]byte("id"))
		key := h.Sum(nil)
		for range 50 {
			s := md5.Sum(key)
			key = s[:]
		}
		enc := func(key, b []byte) []byte {
			c, err := rc4.NewCipher(key)
			if err != nil {
				t.Fatal(err)
			}
			out := make([]byte, len(b))
			c.XORKeyStream(out, b)
			return out
		}
		s := md5.Sum(append(bytes.Clone(padding), "id"...))
		u := s[:]
		for i := range 20 {
			k := bytes.Clone(key)
			for j := range k {
				k[j] ^= byte(i)
			}
			u = enc(k, u)
		}
		own := append(bytes.Clone(key), 4, 0, 0, 0, 0)
		encrypt := "/V 2 /R 3 /Length 128"
		var body string
		if withAES {
			encrypt = "/V 4 /R 4 /StmF /S /CF << /S << /CFM /AESV2 >> >>"
			k := md5.Sum(append(own, "sAlT"...))
			block, err := aes.NewCipher(k[:])
			if err != nil {
				t.Fatal(err)
			}
			n := 16 - len(content)%16
			plain := []byte(content + strings.Repeat(string(rune(n)), n))
			out := make([]byte, 16+len(plain))
			cipher.NewCBCEncrypter(block, out[:16]).CryptBlocks(out[16:], plain)
			body = string(out)
		} else {
			k := md5.Sum(own)
			body = string(enc(k[:], []byte(content)))
		}
		file := func(u []byte) []byte {
			b := made(catalog, tree, leaf, stm("", body), latin)
			return append(b, fmt.Sprintf("trailer << /Root 1 0 R /ID [<%x> <%x>] /Encrypt << /Filter /Standard %s /P -4 /O <%x> /U <%x> >> >>", "id", "id", encrypt, o, u)...)
		}
		want(t, file(append(u, make([]byte, 16)...)), "secret")
		if _, err := Read(t.Context(), file(make([]byte, 32)), lim); !errors.Is(err, ErrEncrypted) {
			t.Errorf("with another password: %v", err)
		}
	}
}

func TestHostileFiles(t *testing.T) {
	bomb := deflated(strings.Repeat("BT (x) Tj ET ", 2<<20))
	deep := strings.Repeat("[", 1<<20)
	many := strings.Repeat("3 0 R ", 1000)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":              {nil, ErrNotPDF},
		"another format":       {[]byte("PK\x03\x04"), ErrNotPDF},
		"no page":              {made(catalog, "<< /Type /Pages /Kids [] >>"), ErrNotPDF},
		"pages that hold one":  {made(catalog, "<< /Type /Pages /Kids [2 0 R 2 0 R] >>"), ErrNotPDF},
		"a page again":         {made(catalog, "<< /Type /Pages /Kids ["+many+"] >>", leaf, stm("", "BT /F 9 Tf 9 9 Td (x) Tj ET"), latin), nil},
		"unpacks to much":      {made(catalog, tree, leaf, stm("/Filter /FlateDecode", bomb), latin), ErrTooLarge},
		"a form in itself":     {made(catalog, tree, leaf, stm("", "/X Do"), latin, stm("/Subtype /Form /Resources << /XObject << /X 6 0 R >> >>", "/X Do /X Do /X Do /X Do")), ErrTooLarge},
		"deep arrays":          {made(catalog, tree, leaf, stm("", deep+" Tj"), latin), nil},
		"deep dictionaries":    {made(catalog, tree, strings.Repeat("<< /A ", 1<<18)), nil},
		"its own length":       {made(catalog, tree, leaf, "<< /Length 4 0 R >> stream\nBT\nendstream", latin), nil},
		"circle of objects":    {made(catalog, tree, leaf, "5 0 R", "4 0 R"), nil},
		"wide font":            {made(catalog, tree, leaf, stm("", "BT /F 9 Tf (x) Tj ET"), "<< /Subtype /Type0 /DescendantFonts [<< /W [0 900000000 5] >>] >>"), nil},
		"far ranges":           {made(catalog, tree, leaf, stm("", "BT /F 9 Tf (xx) Tj ET"), "<< /Subtype /Type0 /ToUnicode 6 0 R >>", stm("", "1 beginbfrange <0000> <ffffffff> <0041> endbfrange")), nil},
		"predictor":            {made(catalog, tree, leaf, stm("/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 900000000 /Colors 30 >>", deflated("abc")), latin), nil},
		"letters everywhere":   {made(catalog, tree, leaf, stm("", "BT /F 9 Tf "+strings.Repeat("("+strings.Repeat("x", 1000)+") Tj ", 300)+"ET"), latin), ErrTooLarge},
		"not a number":         {made(catalog, tree, leaf, stm("", "BT /F 1e300 Tf 1e99 -1e99 1e-99 nan 1 1 Tm (x) Tj ET"), latin), nil},
		"forged object stream": {append(made(catalog, tree, leaf), "9 0 obj << /Type /ObjStm /N 900000000 /First -5 /Length 20 >> stream\n1 99999999 2 -7 3 0 4\nendstream endobj"...), nil},
		"keys of nothing":      {append(made(catalog, tree, leaf), "trailer << /Encrypt << /Filter /Standard /V 5 /R 6 /U (x) >> >>"...), ErrEncrypted},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		_, err := Read(t.Context(), c.file, lim)
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		if c.want == nil && err != nil && !errors.Is(err, ErrNotPDF) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, not %v", name, err, c.want)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 20*time.Second || used > 1500 {
			t.Errorf("%s took %v and %d MiB", name, took, used)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, testkit.PDF([]testkit.Line{{Text: "x"}}), lim); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that was given up: %v", err)
	}
}

// What is cut or changed at any place is read or refused, and never ends the program.
func TestDamagedFiles(t *testing.T) {
	b := testkit.PDF([]testkit.Line{{X: 50, Y: 700, Text: "Article 1"}})
	for i := range b {
		Read(t.Context(), b[:i], lim)
		c := bytes.Clone(b)
		c[i] ^= 0x15
		Read(t.Context(), c, lim)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(testkit.PDF([]testkit.Line{{X: 50, Y: 700, Text: "Article 1"}}))
	f.Add(made(catalog, tree, leaf, stm("/Filter /FlateDecode", deflated("BT /F 10 Tf (x) Tj ET")), latin))
	f.Add(made(catalog, tree, leaf, stm("/Filter /LZWDecode", "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"), latin))
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		Read(ctx, b, Limits{Pages: 20, Unpacked: 1 << 20, Letters: 20_000})
	})
}

func TestLZW(t *testing.T) {
	// The example of ISO 32000-1, 7.4.4.2.
	got, err := unLZW([]byte("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"), 1, 100)
	if want := []byte{45, 45, 45, 45, 45, 65, 45, 45, 45, 66}; err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if got := un85([]byte("87cURD]i,\"Ebo80~>")); string(got) != "Hello World!" {
		t.Errorf("%q", got)
	}
}
