package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"strings"

	"merida/exchange"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

// maxTranslations bounds the translations of one record.
const maxTranslations = 60

// rendering is a translation of the text of a record, beside it in the folder. It renders the text that the
// same line names; one of an older text is not in a corpus folder.
type rendering struct {
	Lang      string `json:"lang"`
	File      string `json:"file"`
	Format    string `json:"format"`
	Status    string `json:"status"` // authentic, official, courtesy, machine
	Title     string `json:"title,omitempty"`
	Maker     string `json:"maker,omitempty"`
	SourceURL string `json:"source_url,omitempty"`
}

// translatedFile is a translation that was read, with the bytes it came from.
type translatedFile struct {
	library.Translated
	hash  files.Hash
	bytes []byte
}

// translations reads the translations of a record and holds them to the rules of the library.
func translations(ctx context.Context, parse legaltext.Parser, fsys fs.FS, e entry, m library.Measure) (out []translatedFile, err error) {
	if len(e.Translations) > maxTranslations {
		var bad fault.List
		bad.Add("translations", "fault.too_many", fault.Args{"limit": maxTranslations})
		return nil, bad.Err()
	}
	seen := map[lang.Tag]bool{}
	for _, r := range e.Translations {
		t := tag(r.Lang)
		if r.File == "" || !fs.ValidPath(r.File) || strings.ContainsAny(r.File, "\\\x00:") || seen[t] {
			var bad fault.List
			bad.Add("translations", "corpus.refused.path", fault.Args{"file": short(r.File)})
			return nil, bad.Err()
		}
		seen[t] = true
		b, err := readFile(fsys, r.File, legaltext.Limit(r.Format))
		if err != nil {
			return nil, err
		}
		ss, _, err := parse(ctx, r.Format, t, b)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		hash := files.Hash(hex.EncodeToString(sum[:]))
		x := translatedFile{library.Translated{Translation: library.Translation{Lang: t, Status: lang.Status(r.Status), Title: r.Title, Maker: r.Maker, SourceURL: r.SourceURL,
			FileHash: string(hash), Format: r.Format}, Sections: ss}, hash, b}
		if err := library.CheckTranslation(m, &x.Translated); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// translate brings the translations of a record into the library, after its text. A record whose text is the same
// is updated when one of its translations is new or another one.
func (im *Importer) translate(ctx context.Context, actor identity.Actor, source string, ts []translatedFile, out *exchange.Line) error {
	if len(ts) == 0 {
		return nil
	}
	known, err := im.Library.Store.BySource(ctx, []string{source})
	if err != nil {
		return err
	}
	id, n := known[source].ID, 0
	for _, t := range ts {
		t.Measure = id
		outcome := library.Added
		switch {
		case !im.DryRun:
			if _, _, err := im.Files.Put(ctx, bytes.NewReader(t.bytes)); err != nil {
				return err
			}
			if outcome, err = im.Library.Translate(ctx, actor, t.Translated); err != nil {
				return err
			}
		case out.Outcome == exchange.Unchanged: // of a text that is new, the translation is new as well
			if outcome, err = im.Library.ForeseeTranslation(ctx, actor, t.Translated); err != nil {
				return err
			}
		}
		if outcome != library.Unchanged {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	if out.Outcome == exchange.Unchanged {
		out.Outcome = exchange.Outcome(library.Revised)
	}
	out.Remarks = append(out.Remarks, exchange.Note{Key: "corpus.remark.translations", Args: fault.Args{"n": n}})
	return nil
}

// renderings writes the translations of the version that is exported beside it: the file each came from or,
// where there is none, its text as Markdown.
func (im *Importer) renderings(ctx context.Context, root *os.Root, taken map[string]bool, e *entry, w library.Whole, each func(file string)) error {
	ts, err := im.Library.Store.Translations(ctx, identity.Sight{}, w.Measure.ID)
	if err != nil {
		return err
	}
	for _, t := range ts {
		if t.N != w.Version.N {
			continue
		}
		x, err := im.Library.Store.Translated(ctx, identity.Sight{}, w.Measure.ID, t.N, t.Lang)
		if err != nil {
			return err
		}
		r := rendering{Lang: string(t.Lang), Format: t.Format, Status: string(t.Status), Title: t.Title, Maker: t.Maker, SourceURL: t.SourceURL}
		var body io.ReadCloser
		if h := files.Hash(t.FileHash); h.Valid() {
			if body, err = im.Files.Open(ctx, h); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if body == nil || err != nil {
			r.Format, body = legaltext.Markdown, io.NopCloser(strings.NewReader(legaltext.WriteMarkdown(x.Sections)))
		}
		r.File = fileName(taken, string(w.Measure.Country), e.ID+"."+string(t.Lang), r.Format)
		err = writeTo(root, r.File, body)
		body.Close()
		if err != nil {
			return err
		}
		if each != nil {
			each(r.File)
		}
		e.Translations = append(e.Translations, r)
	}
	return nil
}
