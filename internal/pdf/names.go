package pdf

import (
	"strconv"
	"strings"
)

// named are the characters of glyph names, as far as fonts of text use them. Source: the glyph list of
// ISO 32000-1 annex D, and the names of Cyrillic letters that its fonts use.
var named = func() map[string]string {
	out := map[string]string{}
	add := func(names, runes string) {
		rs := []rune(runes)
		for i, n := range strings.Fields(names) {
			out[n] = string(rs[i])
		}
	}
	add("space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash zero one two three four five six seven eight nine colon semicolon less equal greater question at",
		" !\"#$%&'()*+,-./0123456789:;<=>?@")
	add("bracketleft backslash bracketright asciicircum underscore grave braceleft bar braceright asciitilde", "[\\]^_`{|}~")
	add("exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot registered macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter onehalf threequarters questiondown",
		"¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿")
	add("Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls",
		"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß")
	add("agrave aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis eth ntilde ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis",
		"àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ")
	add("Abreve abreve Aogonek aogonek Cacute cacute Ccaron ccaron Dcaron dcaron Dcroat dcroat Eogonek eogonek Ecaron ecaron Gbreve gbreve Idotaccent dotlessi Lslash lslash Lcaron lcaron Nacute nacute Ncaron ncaron OE oe Ohungarumlaut ohungarumlaut Racute racute Rcaron rcaron Sacute sacute Scedilla scedilla Scaron scaron Tcaron tcaron Uring uring Uhungarumlaut uhungarumlaut Ydieresis Zacute zacute Zdotaccent zdotaccent Zcaron zcaron",
		"ĂăĄąĆćČčĎďĐđĘęĚěĞğİıŁłĽľŃńŇňŒœŐőŔŕŘřŚśŞşŠšŤťŮůŰűŸŹźŻżŽž")
	add("quoteleft quoteright quotesinglbase quotedblleft quotedblright quotedblbase dagger daggerdbl bullet ellipsis perthousand guilsinglleft guilsinglright endash emdash Euro trademark minus fraction florin circumflex tilde breve dotaccent ring hungarumlaut ogonek caron nbspace softhyphen sfthyphen hyphenminus middot",
		"‘’‚“”„†‡•…‰‹›–—€™−⁄ƒˆ˜˘˙˚˝˛ˇ\u00a0\u00ad\u00ad-·")
	out["fi"], out["fl"], out["ff"], out["ffi"], out["ffl"] = "fi", "fl", "ff", "ffi", "ffl"
	for i, r := range "АБВГДЕ" {
		out["afii"+strconv.Itoa(10017+i/2)] = string(r)
	}
	out["afii10023"] = "Ё"
	for i, r := range []rune("ЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ") {
		out["afii"+strconv.Itoa(10024+i)] = string(r)
	}
	for i, r := range []rune("абвгдеёжзийклмнопрстуфхцчшщъыьэюя") {
		out["afii"+strconv.Itoa(10065+i)] = string(r)
	}
	out["afii61352"], out["afii61289"] = "№", "ℓ"
	for c := 'A'; c <= 'Z'; c++ {
		out[string(c)], out[string(c+32)] = string(c), string(c+32)
	}
	return out
}()

// glyphName gives the characters of a glyph's name; empty when it is unknown.
func glyphName(n string) string {
	if s, ok := named[n]; ok {
		return s
	}
	n, _, _ = strings.Cut(n, ".") // "a.sc"
	if s, ok := named[n]; ok {
		return s
	}
	hex := ""
	switch {
	case strings.HasPrefix(n, "uni") && len(n) >= 7:
		hex = n[3:7]
	case strings.HasPrefix(n, "u") && len(n) >= 5 && len(n) <= 7:
		hex = n[1:]
	}
	if v, err := strconv.ParseUint(hex, 16, 32); err == nil && v > 0 && v < 0x110000 {
		return string(rune(v))
	}
	if strings.Contains(n, "_") && len(n) < 40 {
		s := ""
		for part := range strings.SplitSeq(n, "_") {
			x, ok := named[part]
			if !ok {
				return ""
			}
			s += x
		}
		return s
	}
	return ""
}

// standard fills StandardEncoding (annex D.2).
func standard(ft *font) {
	for c := 32; c < 127; c++ {
		ft.simple[c] = string(rune(c))
	}
	ft.simple[39], ft.simple[96] = "’", "‘"
	for i, n := range strings.Fields("exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft guillemotleft guilsinglleft guilsinglright fi fl . endash dagger daggerdbl periodcentered . paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand . questiondown . grave acute circumflex tilde macron breve dotaccent dieresis . ring cedilla . hungarumlaut ogonek caron emdash") {
		if n != "." {
			ft.simple[161+i] = named[n]
		}
	}
	for c, n := range map[int]string{225: "AE", 227: "ordfeminine", 232: "Lslash", 233: "Oslash", 234: "OE", 235: "ordmasculine", 241: "ae", 245: "dotlessi", 248: "lslash", 249: "oslash", 250: "oe", 251: "germandbls"} {
		ft.simple[c] = named[n]
	}
}
