// Package lang treats language as a dimension of a value: a text is one value
// with a rendering per language, and each rendering knows its status. The six
// official languages of the United Nations are equal; laws and answers come in
// any language.
package lang

import (
	"encoding/json"
	"slices"
	"strings"
)

// Tag is a BCP 47 language tag, lower-case primary subtag first ("en", "zh", "sr-Latn").
type Tag string

// Official lists the six official languages in the order in which the
// interface offers them, the alphabetical order of their English names.
var Official = []Tag{"ar", "zh", "en", "fr", "ru", "es"}

// IsOfficial reports whether t is one of the six.
func IsOfficial(t Tag) bool { return slices.Contains(Official, t) }

// Base is the primary subtag: "zh" for "zh-Hans".
func (t Tag) Base() Tag {
	b, _, _ := strings.Cut(string(t), "-")
	return Tag(strings.ToLower(b))
}

// RightToLeft reports whether the language is usually written from right to left.
func (t Tag) RightToLeft() bool {
	switch t.Base() {
	case "ar", "fa", "he", "ur", "ps", "dv", "ckb", "yi", "sd", "ug":
		return true
	}
	return false
}

// Dir is the value of the HTML dir attribute for the language.
func (t Tag) Dir() string {
	if t.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// Status says what authority a rendering has.
type Status string

const (
	Authentic  Status = "authentic"  // a text that the law itself declares to be authentic
	OfficialTr Status = "official"   // a translation made by the authority concerned
	Courtesy   Status = "courtesy"   // a translation offered without authority
	Machine    Status = "machine"    // translated by a machine and not yet read by a person
	Unofficial Status = "unofficial" // wording of this system, not of the Convention or a State
)

// Value is one rendering of a text.
type Value struct {
	S      string `json:"s"`
	Status Status `json:"status,omitempty"`
	// Of is the hash of the source rendering when this one was made; a different
	// hash now means that the source has changed since. Empty for a source.
	Of string `json:"of,omitempty"`
}

// Text is a value with a rendering per language. nil means no text.
type Text map[Tag]Value

// T makes a text of one rendering; an empty string gives an empty text.
func T(tag Tag, s string) Text {
	if s == "" {
		return nil
	}
	return Text{tag: {S: s}}
}

// In picks the rendering for a reader: the wished language, its base, then English, then
// the first that exists in alphabetical order. ok is false when there is none at all.
func (t Text) In(want Tag) (v Value, got Tag, ok bool) {
	for _, k := range []Tag{want, want.Base(), "en"} {
		if v, ok := t[k]; ok && v.S != "" {
			return v, k, true
		}
	}
	for _, k := range t.Tags() {
		if t[k].S != "" {
			return t[k], k, true
		}
	}
	return Value{}, "", false
}

// Pick picks like In and gives the words alone.
func (t Text) Pick(want Tag) string {
	v, _, _ := t.In(want)
	return v.S
}

// Tags lists the languages in alphabetical order.
func (t Text) Tags() []Tag {
	out := make([]Tag, 0, len(t))
	for k := range t {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Plain drops the status: words by language, as the API shows them. Never nil.
func (t Text) Plain() map[Tag]string {
	out := make(map[Tag]string, len(t))
	for k, v := range t {
		out[k] = v.S
	}
	return out
}

// Empty reports whether no rendering has words.
func (t Text) Empty() bool {
	for _, v := range t {
		if strings.TrimSpace(v.S) != "" {
			return false
		}
	}
	return true
}

// MarshalJSON writes a rendering without status or source as a plain string, so that data files stay readable.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.Status == "" && v.Of == "" {
		return json.Marshal(v.S)
	}
	type full Value
	return json.Marshal(full(v))
}

// UnmarshalJSON reads both forms that MarshalJSON writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*v = Value{}
		return json.Unmarshal(b, &v.S)
	}
	type full Value
	return json.Unmarshal(b, (*full)(v))
}
