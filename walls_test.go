package merida_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the plan of the house, from the roof down: a package imports from
// lower lines, never from its own line or above. docs/architecture.md draws it.
// "x/*" stands for every package below x that has no entry of its own.
var floors = []string{
	"cmd/merida",
	"web | api | notify | store/sqlite | store/postgres | search/*",
	"demo",
	"store | exchange/*",
	"exchange | exchange/legaltext",
	"follow | clearing",
	"report | mechanism",
	"assistance",
	"assessment",
	"library",
	"suggest",
	"questionnaire | directory | thesaurus | treaty",
	"codelist | convention | identity",
	"files | jobs | search | locale | exchange/bundle | store/migrate | internal/httpx",
	"audit | search/analysis",
	"mail",
	"party | publication | fault",
	"lang | internal/*",
}

// planned are places of the plan that are not built yet, and what they wait for.
var planned = map[string]string{
	"jobs":            "work for later, when an act first needs it",
	"exchange/bundle": "the signed offline file",
}

// words are the packages that hold what the program knows.
var words = []string{"lang", "party", "publication", "codelist", "convention", "directory", "thesaurus", "suggest", "questionnaire", "library", "assessment", "assistance", "mechanism", "clearing", "follow",
	"treaty", "identity", "audit", "fault", "report", "demo", "exchange", "exchange/*"}

// bans are arrows that no floor forbids clearly enough, each with its reason.
var bans = []struct {
	who, never []string
	because    string
}{
	{words, []string{"store", "store/*", "web", "web/*", "api", "api/*", "locale", "internal/httpx", "net/http", "net/http/*", "database/sql", "database/sql/*", "html/template"},
		"rules must run without a server, a disk or a language"},
	{[]string{"web", "web/*"}, []string{"api", "api/*", "store", "store/*", "search/*", "database/sql"}, "two doors to one hall: what both need is a Service"},
	{[]string{"api", "api/*"}, []string{"web", "web/*", "store", "store/*", "search/*", "database/sql"}, "two doors to one hall: what both need is a Service"},
	{[]string{"store", "store/*"}, []string{"web", "web/*", "api", "api/*", "locale", "net/http", "search/*"}, "the store keeps; it neither shows nor answers"},
	{[]string{"exchange/bundle"}, words, "a stranger must be able to audit it alone"},
	{[]string{"locale", "files", "jobs", "mail", "search", "search/*"}, []string{"library", "assessment", "assistance", "questionnaire", "directory", "convention", "identity"}, "tools know no word; a word offers what they need"},
}

// engines may be chosen in one place only.
var engines = []string{"store/sqlite", "store/postgres"}

type source struct {
	pkg  string // folder, with slashes; "." is the root
	file string
	test bool
	ast  *ast.File
	fset *token.FileSet
}

// forTests are packages that exist for tests alone.
var forTests = []string{"internal/testkit", "store/storetest", "search/searchtest"}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	fset := token.NewFileSet()
	walk(t, func(name string, d fs.DirEntry) {
		if path.Ext(name) != ".go" {
			return
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatalf("%v", err)
		}
		pkg := path.Dir(name)
		out = append(out, source{pkg, name, strings.HasSuffix(name, "_test.go") || slices.Contains(forTests, pkg), f, fset})
	})
	return out
}

// walk visits every file of the project, whatever system it is for.
func walk(t *testing.T, visit func(name string, d fs.DirEntry)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name == "bin" || name == "data" || name == "tmp" || name != "." && strings.HasPrefix(base, ".") && base != ".ci" {
				return fs.SkipDir
			}
			return nil
		}
		if name == ".git" {
			return nil // a linked work tree has a file here that names a folder of this machine
		}
		visit(filepath.ToSlash(name), d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// imports lists what a file imports: packages of the project by folder, others by path.
func (s source) imports() (own, others []string) {
	for _, i := range s.ast.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		if rest, ok := strings.CutPrefix(p, "merida/"); ok {
			own = append(own, rest)
		} else {
			others = append(others, p)
		}
	}
	return own, others
}

// covers reports whether the name or pattern stands for the package.
func covers(pattern, pkg string) bool {
	if stem, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(pkg, stem+"/")
	}
	return pattern == pkg
}

// floorOf is the line on which a package stands, -1 when it has no place; its own name goes before a pattern.
func floorOf(pkg string) int {
	byPattern := -1
	for i, line := range floors {
		for place := range strings.SplitSeq(line, " | ") {
			if place == pkg {
				return i
			}
			if covers(place, pkg) && byPattern < 0 {
				byPattern = i
			}
		}
	}
	return byPattern
}

func TestPackagesImportDownwardOnly(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "." || s.test {
			continue
		}
		from := floorOf(s.pkg)
		if from < 0 {
			t.Errorf("%s has no place in the plan: give it a line in floors, and in docs/architecture.md", s.pkg)
			continue
		}
		own, _ := s.imports()
		for _, imp := range own {
			if slices.Contains(forTests, imp) {
				continue // told by another test
			}
			if to := floorOf(imp); to >= 0 && to <= from {
				t.Errorf("%s imports %s, which stands on line %q, not below %q: let the higher one ask the lower, or refer by id", s.file, imp, floors[to], floors[from])
			}
		}
	}
}

func TestWalls(t *testing.T) {
	covered := func(patterns []string, pkg string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return covers(p, pkg) })
	}
	for _, s := range sources(t) {
		own, others := s.imports()
		if s.test {
			continue
		}
		for _, b := range bans {
			if !covered(b.who, s.pkg) {
				continue
			}
			for _, imp := range append(slices.Clone(own), others...) {
				if covered(b.never, imp) && imp != s.pkg && !(s.pkg == "store/sqlite" || s.pkg == "store/postgres") {
					t.Errorf("%s imports %s: never, because %s", s.file, imp, b.because)
				}
			}
		}
		for _, imp := range own {
			if slices.Contains(engines, imp) && !strings.HasPrefix(s.pkg, "cmd/") {
				t.Errorf("%s imports %s: the choice of engine is made once, in cmd", s.file, imp)
			}
			if slices.Contains(forTests, imp) {
				t.Errorf("%s imports %s: what serves tests stays out of the program", s.file, imp)
			}
		}
		for _, imp := range others {
			if imp == "testing" || strings.HasPrefix(imp, "testing/") || imp == "net/http/httptest" {
				t.Errorf("%s imports %s: what serves tests stays out of the program", s.file, imp)
			}
		}
	}
}

// A wall around a room that was torn down, or misspelt, guards nothing.
func TestEveryNamedPlaceExistsOrIsPlanned(t *testing.T) {
	built := map[string]bool{}
	for _, s := range sources(t) {
		built[s.pkg] = true
	}
	exists := func(place string) bool {
		for pkg := range built {
			if covers(place, pkg) {
				return true
			}
		}
		return false
	}
	var named []string
	for _, line := range floors {
		named = append(named, strings.Split(line, " | ")...)
	}
	for _, b := range bans {
		for _, p := range append(slices.Clone(b.who), b.never...) {
			if !strings.HasPrefix(p, "net/") && !strings.HasPrefix(p, "database/") && !strings.HasPrefix(p, "html/") && !strings.HasSuffix(p, "/*") {
				named = append(named, p)
			}
		}
	}
	named = append(append(named, engines...), forTests...)
	slices.Sort(named)
	for _, place := range slices.Compact(named) {
		if !exists(place) && planned[place] == "" {
			t.Errorf("%s is named here, does not exist and is not planned", place)
		}
	}
	for place := range planned {
		if exists(place) {
			t.Logf("%s is built: take it out of planned", place)
		}
		if !slices.Contains(named, place) {
			t.Errorf("%s is planned and has no floor", place)
		}
	}
}

func TestPackagesAreNamedByWhatTheyAre(t *testing.T) {
	empty := []string{"util", "utils", "common", "models", "model", "types", "helpers", "helper", "config", "misc", "shared", "base", "core", "lib"}
	documented, seen := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		if strings.HasSuffix(s.file, "_test.go") {
			continue
		}
		name := s.ast.Name.Name
		if slices.Contains(empty, name) || slices.Contains(empty, path.Base(s.pkg)) {
			t.Errorf("%s: a package is named by what it is, not %s", s.file, name)
		}
		if base := path.Base(s.pkg); name != base && name != "main" && s.pkg != "." {
			t.Errorf("%s: package %s in a folder called %s", s.file, name, base)
		}
		seen[s.pkg] = true
		if doc := s.ast.Doc.Text(); strings.HasPrefix(doc, "Package "+name+" ") || name == "main" && doc != "" {
			documented[s.pkg] = true
		}
	}
	for pkg := range seen {
		if !documented[pkg] {
			t.Errorf("%s has no package comment that a newcomer could be read", pkg)
		}
	}
}

func TestTheProgramHasNoHiddenBeginnings(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !fillsATable(f) {
				t.Errorf("%s: func init: parts are put together in cmd, where one can read it", s.fset.Position(f.Pos()))
			}
		}
	}
}

// fillsATable allows the init that does nothing but fill a table whose functions name
// the table in turn: a variable could not be declared with such a value.
func fillsATable(f *ast.FuncDecl) bool {
	var table string
	for _, st := range f.Body.List {
		a, ok := st.(*ast.AssignStmt)
		if !ok || a.Tok != token.ASSIGN || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			return false
		}
		name, ok := a.Lhs[0].(*ast.Ident)
		if !ok || table != "" && name.Name != table {
			return false
		}
		table = name.Name
		switch v := a.Rhs[0].(type) {
		case *ast.CompositeLit:
		case *ast.CallExpr: // append(table, more...)
			if fn, ok := v.Fun.(*ast.Ident); !ok || fn.Name != "append" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// The store applies the Sight it is given and decides nothing: two engines would be two laws.
func TestTheStoreDecidesNothing(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg != "store" && !strings.HasPrefix(s.pkg, "store/") {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				switch sel.Sel.Name {
				case "Must", "May", "Denied", "Unauthenticated":
					t.Errorf("%s: %s: whether an act is allowed is decided by the words, before the store", s.fset.Position(sel.Pos()), sel.Sel.Name)
				}
			}
			return true
		})
	}
}

// One SQL text serves both engines, and rows that people see are ordered in Go.
func TestSQLIsThatOfBothEngines(t *testing.T) {
	wrong := []struct {
		form    *regexp.Regexp
		because string
	}{
		{regexp.MustCompile(`(?i)\bSELECT\s+(\w+\.)?\*`), "columns are listed, so that a new one does not shift the others"},
		{regexp.MustCompile(`(?i)\bI?LIKE\b`), "the engines differ in case: fold in Go into a column"},
		{regexp.MustCompile(`(?i)\b(lower|upper)\s*\(`), "the engines differ outside ASCII: fold in Go"},
		{regexp.MustCompile(`(?i)\bnow\s*\(\)|CURRENT_TIMESTAMP`), "times come from the injected clock"},
		{regexp.MustCompile(`(?i)\bINSERT OR (IGNORE|REPLACE)\b`), "SQLite alone knows it: ON CONFLICT"},
		{regexp.MustCompile(`(?i)\bFOR UPDATE\b|::\w`), "PostgreSQL alone knows it"},
	}
	sql := regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE)\s`)
	check := func(where, text string) {
		for _, w := range wrong {
			if m := w.form.FindString(text); m != "" {
				t.Errorf("%s: %q: %s", where, m, w.because)
			}
		}
	}
	for _, s := range sources(t) {
		// The dump copies every table whole, whatever its columns, and is the one place that may.
		if s.test || s.pkg != "store" || s.file == "store/dump.go" || s.file == "store/public_dump.go" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && sql.MatchString(text) {
					check(s.fset.Position(lit.Pos()).String(), text)
				}
			}
			return true
		})
	}
	walk(t, func(name string, _ fs.DirEntry) {
		if strings.HasPrefix(name, "store/migrate/files/") {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			check(name, string(b))
		}
	})
}

// What stands in the repository must make sense on any machine.
func TestNoFileNamesAMachineOrARegistry(t *testing.T) {
	// The strings are put together here so that this file does not hold them itself.
	foreign := []string{"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "proxy.golang" + ".org", "sum.golang" + ".org", "registry.npm" + "js.org",
		"pypi" + ".org", "files.pythonhosted" + ".org", "deb.debian" + ".org", "shared/des" + "ign"}
	sibling := ".." + "/shared"
	walk(t, func(name string, d fs.DirEntry) {
		if strings.HasPrefix(name, "third_party/") {
			return // others' files, word for word
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(b[:min(len(b), 8000)], 0) {
			return // not text
		}
		text := string(b)
		for _, f := range foreign {
			if strings.Contains(text, f) {
				t.Errorf("%s names %s: say it without a place that only one machine has", name, f)
			}
		}
		// Continuous integration looks for the real files beside the project.
		if name != ".ci/run" && strings.Contains(text, sibling) {
			t.Errorf("%s points outside the project: %s", name, sibling)
		}
	})
}

// Each library that is linked has its reason and its licence in a decision.
func TestEveryLibraryHasItsReason(t *testing.T) {
	const where = "docs/decisions/0009-libraries-and-licences.md"
	b, err := os.ReadFile(where)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, s := range sources(t) {
		_, others := s.imports()
		for _, imp := range others {
			parts := strings.Split(imp, "/")
			if !strings.Contains(parts[0], ".") || len(parts) < 2 {
				continue
			}
			module := path.Join(parts[:min(len(parts), 3)]...)
			if parts[0] == "modernc.org" {
				module = path.Join(parts[:2]...)
			}
			if !said[module] && !strings.Contains(string(b), module) {
				t.Errorf("%s imports %s, for which %s gives no reason and licence", s.file, module, where)
			}
			said[module] = true
		}
	}
}

// Whoever operates the program finds each option in one table.
func TestEveryOptionIsInTheTableOfSettings(t *testing.T) {
	const where = "docs/settings.md"
	b, err := os.ReadFile(where)
	if err != nil {
		t.Fatal(err)
	}
	option := regexp.MustCompile(`^(String|Bool|Int|Int64|Uint|Duration|Float64|Func|Text)(Var)?$`)
	for _, s := range sources(t) {
		if s.test || !strings.HasPrefix(s.pkg, "cmd/") {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := c.Fun.(*ast.SelectorExpr)
			if !ok || len(c.Args) < 3 || !option.MatchString(sel.Sel.Name) {
				return true
			}
			for _, a := range c.Args[:2] {
				lit, ok := a.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				if name, err := strconv.Unquote(lit.Value); err == nil && name != "" && !strings.Contains(string(b), "`--"+name+"`") {
					t.Errorf("%s: the option --%s is not in %s", s.fset.Position(lit.Pos()), name, where)
				}
				break
			}
			return true
		})
	}
}
