package legaltext

import "strings"

// word is what a division of a law is called in some language.
type word struct {
	kind   string // library.Section.Kind
	prefix string // of the eId
	rank   int    // customary nesting: the lower, the further out
}

// Customary ranks; the document's own order goes before them.
const (
	rankSchedule = 5
	rankPart     = 10
	rankBook     = 20
	rankTitle    = 30
	rankChapter  = 40
	rankSection  = 50
	rankArticle  = 100
)

var (
	part      = word{"part", "part", rankPart}
	book      = word{"book", "book", rankBook}
	division  = word{"part", "dvs", rankBook + 5} // between book and title, as the Arabic قسم
	title     = word{"title", "title", rankTitle}
	chapter   = word{"chapter", "chp", rankChapter}
	section   = word{"section", "sec", rankSection}
	subtitle  = word{"section", "subtitle", rankSection + 6}
	subsec    = word{"section", "subsec", rankSection + 10}
	group     = word{"section", "dvs", rankSection + 20} // French paragraphe, Dutch paragraaf
	schedule  = word{"schedule", "att", rankSchedule}
	article   = word{"article", "art", rankArticle}
	clause    = word{"section", "sec", rankArticle} // the section of a common-law act, which is its article
	untitled  = word{"section", "hcontainer", rankSection}
	paragraph = word{"paragraph", "para", rankArticle + 10}
)

// words by their folded form (fold). A word that stands for two things gets its sense in wordFor.
var words = map[string]word{
	// English, French, Spanish, Catalan, Portuguese, German, Dutch, Italian, Swahili
	"article": article, "articles": article, "art": article, "articulo": article, "artigo": article, "artikel": article, "articolo": article,
	"arts": article, "ibara": article, "kifungu": article, "§": article, "§§": article, "sec": clause, "sect": clause, "s": clause,
	"part": part, "partie": part, "parte": part, "teil": part, "deel": part, "sehemu": part, "hauptteil": part,
	"book": book, "livre": book, "libro": book, "livro": book, "llibre": book, "buch": book, "boek": book,
	"title": title, "titre": title, "titulo": title, "titol": title, "titel": title, "titolo": title, "sous-titre": subtitle, "untertitel": subtitle, "soustitre": subtitle,
	"chapter": chapter, "chapitre": chapter, "capitulo": chapter, "capitol": chapter, "kapitel": chapter, "hoofdstuk": chapter, "sura": chapter, "capo": chapter,
	"unterkapitel": subtitle, "sous-chapitre": subtitle, "subcapitulo": subtitle,
	"section": section, "seccion": section, "seccio": section, "secao": section, "abschnitt": section, "afdeling": section, "division": {"section", "dvs", rankSection - 5}, "sezione": section,
	"subsection": subsec, "subdivision": subsec, "sous-section": subsec, "subseccion": subsec, "subseccio": subsec, "subsecao": subsec, "unterabschnitt": subsec, "onderafdeling": subsec,
	"paragraphe": group, "paragraaf": group, "paragrafo": group, "sous-paragraphe": {"section", "subdvs", rankSection + 30},
	"schedule": schedule, "annex": schedule, "annexe": schedule, "anexo": schedule, "annexo": schedule, "anlage": schedule, "anhang": schedule, "bijlage": schedule,
	"appendix": schedule, "jedwali": schedule, "annexos": schedule, "anexos": schedule, "anlagen": schedule, "annexes": schedule,
	// Russian
	"статья": article, "часть": part, "книга": book, "раздел": title, "подраздел": subtitle, "глава": chapter, "отдел": section, "параграф": group, "приложение": schedule,
	// Arabic, after folding of alef, teh marbuta and alef maksura
	"الماده": article, "ماده": article, "الجزء": part, "الكتاب": book, "كتاب": book, "القسم": division, "الباب": title, "باب": title,
	"الفصل": chapter, "فصل": chapter, "الفرع": section, "فرع": section, "المبحث": subsec, "المطلب": group, "الملحق": schedule, "ملحق": schedule, "الجدول": schedule,
}

// german holds what German calls otherwise than its neighbours: a Titel lies within an Abschnitt.
var german = map[string]word{"titel": {"title", "title", rankSection + 5}}

// wordFor finds what a folded word means in a language.
func wordFor(s, l string) (word, bool) {
	if l == "de" {
		if w, ok := german[s]; ok {
			return w, true
		}
	}
	if s == "s" && l != "en" || (s == "sura" || s == "sehemu" || s == "ibara" || s == "kifungu" || s == "jedwali") && l != "sw" {
		return word{}, false
	}
	w, ok := words[s]
	return w, ok
}

// folder takes away what differs between two ways of printing the same word.
var folder = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "ï", "i", "î", "i", "ó", "o", "ò", "o", "õ", "o", "ô", "o", "ö", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ç", "c", "ñ", "n", "ё", "е",
	"أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ة", "ه", "ى", "ي", "ـ", "",
	"\u064b", "", "\u064c", "", "\u064d", "", "\u064e", "", "\u064f", "", "\u0650", "", "\u0651", "", "\u0652", "", "\u0670", "",
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9",
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
)

func fold(s string) string { return folder.Replace(strings.ToLower(s)) }

// contents are the headings of a table of contents, folded.
var contents = map[string]bool{
	"arrangement of sections": true, "arrangement of clauses": true, "arrangement of regulations": true, "arrangement of articles": true, "contents": true, "table of contents": true,
	"table des matieres": true, "sommaire": true, "indice": true, "sumario": true, "index": true, "inhaltsubersicht": true, "inhaltsverzeichnis": true, "inhoudsopgave": true,
	"sumari": true, "оглавление": true, "содержание": true, "الفهرس": true, "فهرس": true, "المحتويات": true, "目录": true, "目 录": true, "yaliyomo": true, "mpangilio wa vifungu": true,
}

func isContents(s string) bool { return len(s) < 80 && contents[strings.Trim(fold(squeeze(s)), " .:")] }
