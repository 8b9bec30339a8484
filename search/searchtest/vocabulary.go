package searchtest

import (
	"cmp"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"merida/lang"
	"merida/search"
	"merida/search/analysis"
)

// Vocabulary is the words of some languages, each as often as real texts have it.
type Vocabulary struct {
	langs []lang.Tag
	words map[lang.Tag][]string // most frequent first
	upTo  map[lang.Tag][]int    // sums of the counts, in the order of words
}

// share of the documents by language, roughly that of laws on the web; the rest is English.
var share = map[lang.Tag]float64{"es": 0.14, "fr": 0.14, "ar": 0.10, "ru": 0.10, "zh": 0.08, "de": 0.04, "pt": 0.04}

// ReadVocabulary counts the words of the laws in a folder of real files, or, where that
// is "", of the texts that the project itself has, which root leads to.
func ReadVocabulary(corpora, root string) (*Vocabulary, error) {
	counts := map[lang.Tag]map[string]int{}
	count := func(tag lang.Tag, text string) {
		if counts[tag] == nil {
			counts[tag] = map[string]int{}
		}
		for tok := range analysis.Tokens(text) {
			if w := text[tok.Start:tok.End]; len(w) < 40 {
				counts[tag][strings.ToLower(w)]++
			}
		}
	}
	if corpora != "" {
		byFolder := map[string]lang.Tag{"gb": "en", "ke": "en", "zw": "en", "us": "en", "bb": "en", "pe": "es", "uy": "es", "fr": "fr", "bj": "fr", "lu": "fr", "eg": "ar", "sa": "ar", "ru": "ru", "cn": "zh", "de": "de"}
		err := filepath.WalkDir(filepath.Join(corpora, "laws"), func(name string, d fs.DirEntry, err error) error {
			tag, ok := byFolder[filepath.Base(filepath.Dir(name))]
			if err != nil || d.IsDir() || !ok || filepath.Ext(name) != ".md" && filepath.Ext(name) != ".txt" {
				return err
			}
			b, err := os.ReadFile(name)
			if err == nil {
				count(tag, string(b[:min(len(b), 2<<20)]))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	} else {
		terms, err := filepath.Glob(filepath.Join(root, "thesaurus/data/*.txt"))
		if err != nil {
			return nil, err
		}
		for _, name := range terms {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			for line := range strings.Lines(string(b)) {
				if tag, rest, ok := strings.Cut(line, " "); ok && len(tag) == 2 {
					count(lang.Tag(tag), rest)
				}
			}
		}
		texts, err := filepath.Glob(filepath.Join(root, "exchange/legaltext/testdata/*.md"))
		if err != nil {
			return nil, err
		}
		for _, name := range texts {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			count(lang.Tag(filepath.Base(name)[:2]), string(b))
		}
	}
	v := &Vocabulary{words: map[lang.Tag][]string{}, upTo: map[lang.Tag][]int{}}
	for tag, c := range counts {
		if share[tag] == 0 && tag != "en" {
			continue
		}
		v.langs = append(v.langs, tag)
		for w := range c {
			v.words[tag] = append(v.words[tag], w)
		}
		slices.SortFunc(v.words[tag], func(a, b string) int { return cmp.Or(c[b]-c[a], strings.Compare(a, b)) })
		sum := 0
		for _, w := range v.words[tag] {
			sum += c[w]
			v.upTo[tag] = append(v.upTo[tag], sum)
		}
	}
	slices.Sort(v.langs)
	if len(v.words["en"]) < 50 {
		return nil, fmt.Errorf("searchtest: too few words to make documents of")
	}
	return v, nil
}

func (v *Vocabulary) word(r *rand.Rand, tag lang.Tag) string {
	sums := v.upTo[tag]
	at, _ := slices.BinarySearch(sums, r.IntN(sums[len(sums)-1])+1)
	return v.words[tag][at]
}

func (v *Vocabulary) text(r *rand.Rand, tag lang.Tag, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 && tag != "zh" {
			b.WriteByte(' ')
		}
		b.WriteString(v.word(r, tag))
	}
	return b.String()
}

func (v *Vocabulary) language(r *rand.Rand) lang.Tag {
	x := r.Float64()
	for _, tag := range v.langs {
		if x -= share[tag]; x < 0 && tag != "en" {
			return tag
		}
	}
	return "en"
}

// common are two words that stand in three of ten sections each, whatever the language.
var common = [2]string{"authority", "procedure"}

// Document makes the n-th document: the same for the same number. It has 40 sections on average, of 60 words on average.
func (v *Vocabulary) Document(n int) search.Document {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	tag := v.language(r)
	d := search.Document{ID: fmt.Sprintf("d%07d", n), SourceID: fmt.Sprint("s", n), Lang: tag, Titles: lang.T(tag, v.text(r, tag, 4+r.IntN(10))), Summary: lang.T(tag, v.text(r, tag, 12)), Year: 1960 + r.IntN(66)}
	d.Date = fmt.Sprint(d.Year)
	country := int(193 * r.Float64() * r.Float64())
	d.Fields = map[string][]string{"country": {fmt.Sprint("C", country)}, "region": {fmt.Sprint("G", country%5)}, "type": {fmt.Sprint("T", r.IntN(8))}, "status": {fmt.Sprint("S", r.IntN(4))},
		"lang": {string(tag)}, "year": {d.Date}, "source": {fmt.Sprint("O", r.IntN(3))}, "legal_system": {fmt.Sprint("L", country%4)}}
	for range 1 + r.IntN(6) {
		a := 5 + r.IntN(58)
		d.Fields["provision"] = append(d.Fields["provision"], fmt.Sprint("art_", a), fmt.Sprint("art_", a, "/para_", r.IntN(5)))
		d.Fields["theme"] = append(d.Fields["theme"], fmt.Sprint("H", a%12))
	}
	for name, values := range d.Fields {
		slices.Sort(values)
		d.Fields[name] = slices.Compact(values)
	}
	for s := range 5 + r.IntN(71) {
		x := search.Section{EID: fmt.Sprint("art_", s+1), Heading: fmt.Sprint(s+1, " ", v.text(r, tag, 4)), Text: v.text(r, tag, 15+r.IntN(91))}
		for _, w := range common {
			if r.IntN(10) < 3 {
				x.Text += " " + w
			}
		}
		d.Sections = append(d.Sections, x)
	}
	return d
}

// between gives English words that stand in a share of the sections between two bounds; words that carry grammar alone are left out.
func (v *Vocabulary) between(low, high float64) (out []string) {
	sums := v.upTo["en"]
	english := 1.0
	for _, s := range share {
		english -= s
	}
	for i, w := range v.words["en"] {
		n := sums[i]
		if i > 0 {
			n -= sums[i-1]
		}
		p := english * min(1, 60*float64(n)/float64(sums[len(sums)-1]))
		if p >= low && p <= high && len(w) > 3 && !analysis.Light(analysis.Fold(w)) {
			out = append(out, w)
		}
	}
	return out
}
