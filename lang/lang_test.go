package lang_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"merida/lang"
)

func TestDirection(t *testing.T) {
	for tag, want := range map[lang.Tag]string{"ar": "rtl", "ar-EG": "rtl", "AR": "rtl", "fa": "rtl", "he": "rtl", "ur": "rtl",
		"en": "ltr", "zh-Hans": "ltr", "ru": "ltr", "sr-Latn": "ltr", "": "ltr", "arn": "ltr"} {
		if got := tag.Dir(); got != want {
			t.Errorf("%q is written %s, should be %s", tag, got, want)
		}
	}
}

func TestSixOfficialLanguages(t *testing.T) {
	if len(lang.Official) != 6 {
		t.Fatalf("%d official languages", len(lang.Official))
	}
	for _, tag := range lang.Official {
		if !lang.IsOfficial(tag) || tag.Base() != tag {
			t.Errorf("%q", tag)
		}
	}
	for _, tag := range []lang.Tag{"", "de", "en-GB", "EN"} {
		if lang.IsOfficial(tag) {
			t.Errorf("%q counts as official", tag)
		}
	}
}

func TestInPicksTheBestRendering(t *testing.T) {
	text := lang.Text{"en": {S: "law"}, "fr": {S: "loi"}, "zh": {S: "法"}, "sw": {S: ""}}
	for want, c := range map[lang.Tag]struct {
		s   string
		got lang.Tag
	}{
		"fr": {"loi", "fr"}, "fr-CA": {"loi", "fr"}, "zh-Hans": {"法", "zh"}, "ru": {"law", "en"}, "sw": {"law", "en"}, "": {"law", "en"},
	} {
		v, got, ok := text.In(want)
		if !ok || v.S != c.s || got != c.got {
			t.Errorf("a reader of %q gets %q in %q", want, v.S, got)
		}
	}
	if v, got, ok := (lang.Text{"uk": {S: "закон"}, "pt": {S: "lei"}}).In("ar"); !ok || v.S != "lei" || got != "pt" {
		t.Errorf("without the wished language and English: %q in %q", v.S, got)
	}
	for _, none := range []lang.Text{nil, {}, {"en": {S: ""}}} {
		if _, _, ok := none.In("en"); ok || none.Pick("en") != "" || !none.Empty() {
			t.Errorf("%v has words", none)
		}
	}
	if !(lang.Text{"en": {S: " \n"}}).Empty() || text.Empty() {
		t.Error("Empty")
	}
	if lang.T("en", "") != nil {
		t.Error("a text of nothing is not nil")
	}
	if got := (lang.Text)(nil).Plain(); got == nil || len(got) != 0 {
		t.Errorf("Plain of nothing is %v", got)
	}
}

func TestJSONKeepsStatusAndSource(t *testing.T) {
	text := lang.Text{"en": {S: "law"}, "fr": {S: "loi", Status: lang.Courtesy, Of: "ab12"}}
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b); got != `{"en":"law","fr":{"s":"loi","status":"courtesy","of":"ab12"}}` {
		t.Errorf("written as %s", got)
	}
	var back lang.Text
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, text) {
		t.Errorf("came back as %v, %v", back, err)
	}
	var v lang.Value
	for _, bad := range []string{`7`, `["x"]`, `{"s":7}`} {
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s passes as a rendering", bad)
		}
	}
	// A value that is read into again keeps nothing of what it was.
	v = lang.Value{S: "old", Status: lang.Machine}
	if err := json.Unmarshal([]byte(`"new"`), &v); err != nil || v.Status != "" || v.S != "new" {
		t.Errorf("%+v %v", v, err)
	}
}
