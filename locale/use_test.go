package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"merida/fault"
	"merida/identity"
)

// use is what the code and the templates ask of the catalogue.
type use struct {
	asked    map[string][]string // keys that are certainly asked for, with the places
	given    []call              // keys asked for with arguments that can be read
	mention  map[string]bool     // every literal that could be a key
	prefixes map[string]string   // beginnings to which the program adds the rest, with a place
}

type call struct {
	key, where string
	args       []string
}

// prefixAllowed are beginnings of keys whose rest the scan cannot see, each with its reason.
var prefixAllowed = map[string]string{"field.": "locale.Printer.Label asks for them by the name of a field"}

// generalKinds are the messages that fault.Error.MessageKey builds from a kind.
func generalKinds() (out []string) {
	for k := fault.Internal; k <= fault.StorageFull; k++ {
		out = append(out, "fault."+k.String())
	}
	return out
}

const root = ".."

// scan reads all Go files that are no tests, and all templates and scripts of web.
func scan(t *testing.T) use {
	t.Helper()
	u := use{map[string][]string{}, nil, map[string]bool{}, map[string]string{}}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base != ".." && (strings.HasPrefix(base, ".") || base == "bin" || base == "testdata" || base == "third_party") || name == filepath.Join(root, "data") {
				return fs.SkipDir
			}
			return nil
		}
		switch ext := filepath.Ext(name); {
		case ext == ".go" && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, filepath.Join(root, "locale")):
			u.goFile(t, name)
		case (ext == ".html" || ext == ".js" || ext == ".tmpl") && strings.HasPrefix(name, filepath.Join(root, "web")):
			u.template(t, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// asks tells which argument of a call is a catalogue key, by the name of what is called.
func asks(c *ast.CallExpr) (key ast.Expr, ok bool) {
	name, on := "", ""
	switch f := c.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok {
			on = x.Name
		}
	}
	switch {
	case on == "fault" && (name == "New" || name == "Wrap") && len(c.Args) == 3:
		return c.Args[1], true
	case name == "Add" && len(c.Args) == 3: // fault.List
		return c.Args[1], true
	case name == "T" && len(c.Args) >= 1 && on != "lang":
		return c.Args[0], true
	case name == "Found" && len(c.Args) == 2:
		return c.Args[1], true
	}
	return nil, false
}

func (u *use) goFile(t *testing.T, name string) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, nil, 0)
	if err != nil {
		t.Errorf("%s cannot be read: %v", name, err)
		return
	}
	ask := func(e ast.Expr, args []ast.Expr) {
		key, ok := literal(e)
		if !ok || !keyForm.MatchString(key) {
			return
		}
		where := strings.TrimPrefix(fset.Position(e.Pos()).String(), root+"/")
		u.asked[key] = append(u.asked[key], where)
		for _, a := range args {
			if id, ok := a.(*ast.Ident); ok && id.Name == "nil" {
				u.given = append(u.given, call{key, where, nil})
			}
			if lit, ok := a.(*ast.CompositeLit); ok {
				c := call{key: key, where: where}
				for _, el := range lit.Elts {
					if kv, ok := el.(*ast.KeyValueExpr); ok {
						if name, ok := literal(kv.Key); ok {
							c.args = append(c.args, name)
						}
					}
				}
				u.given = append(u.given, c)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if key, ok := asks(n); ok {
				var args []ast.Expr
				if i := slices.Index(n.Args, key); i >= 0 && !isWrap(n) {
					args = n.Args[i+1:]
				}
				ask(key, args)
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Key" {
				ask(n.Value, nil)
			}
		case *ast.BinaryExpr:
			if n.Op == token.ADD {
				u.begin(leftmost(n), fset.Position(n.Pos()).String())
			}
		case *ast.BasicLit:
			if s, ok := literal(n); ok {
				u.mention[s] = true
				if before, _, cut := strings.Cut(s, "%"); cut {
					u.begin(before, fset.Position(n.Pos()).String())
				}
			}
		}
		return true
	})
}

// isWrap tells the calls whose last argument is a cause and no arguments of the text.
func isWrap(c *ast.CallExpr) bool {
	f, ok := c.Fun.(*ast.SelectorExpr)
	return ok && f.Sel.Name == "Wrap"
}

func leftmost(e ast.Expr) string {
	for {
		b, ok := e.(*ast.BinaryExpr)
		if !ok {
			s, _ := literal(e)
			return s
		}
		e = b.X
	}
}

// begin notes a beginning of keys: "place." or "place.thing_".
func (u *use) begin(s, where string) {
	if strings.HasSuffix(s, ".") && keyForm.MatchString(s+"x") {
		u.prefixes[s] = where
	}
}

var (
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	quoted  = regexp.MustCompile("\"([^\"\\\\\n]*)\"|`([^`]*)`|'([a-z0-9_.-]+)'")
	callOfT = regexp.MustCompile("(?:^|[\\s(.|])T\\s+(?:\"([^\"\\\\]*)\"|`([^`]*)`)")
)

func (u *use) template(t *testing.T, name string) {
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	short := strings.TrimPrefix(name, root+"/")
	parts := []string{string(b)}
	if filepath.Ext(name) != ".js" {
		parts = action.FindAllString(string(b), -1)
	}
	for _, part := range parts {
		for _, m := range quoted.FindAllStringSubmatch(part, -1) {
			s := m[1] + m[2] + m[3]
			u.mention[s] = true
			u.begin(s, short)
			if before, _, cut := strings.Cut(s, "%"); cut {
				u.begin(before, short)
			}
		}
		for _, m := range callOfT.FindAllStringSubmatch(part, -1) {
			if key := m[1] + m[2]; keyForm.MatchString(key) {
				u.asked[key] = append(u.asked[key], short)
			}
		}
	}
}

func TestNoKeyIsMissing(t *testing.T) {
	c, u := catalogue(t), scan(t)
	for _, key := range slices.Sorted(maps.Keys(u.asked)) {
		if _, ok := c[key]; !ok {
			t.Errorf("%s is used and stands in no catalogue file: %s", key, strings.Join(u.asked[key], ", "))
		}
	}
	for _, key := range generalKinds() {
		if _, ok := c[key]; !ok {
			t.Errorf("%s, the general message of a kind, stands in no catalogue file", key)
		}
	}
}

func TestNoKeyIsUnused(t *testing.T) {
	c, u := catalogue(t), scan(t)
	delete(u.prefixes, "fault.") // its rests are known: the kinds
	kinds := generalKinds()
	for key, x := range sorted(c) {
		if u.mention[key] || slices.Contains(kinds, key) {
			continue
		}
		built := false
		for p := range u.prefixes {
			built = built || strings.HasPrefix(key, p)
		}
		for p := range prefixAllowed {
			built = built || strings.HasPrefix(key, p)
		}
		if !built {
			t.Errorf("%s: %s is used nowhere: delete it, or, where its end is built, say so in prefixAllowed", x.file, key)
		}
	}
	for p := range prefixAllowed {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(c)), func(k string) bool { return strings.HasPrefix(k, p) }) {
			t.Errorf("no key begins with the allowed prefix %s", p)
		}
	}
}

// A text whose placeholder is not filled would show people "{limit}".
func TestPlaceholdersAreFilled(t *testing.T) {
	c, u := catalogue(t), scan(t)
	for _, g := range u.given {
		x, ok := c[g.key]
		if !ok {
			continue // told by another test
		}
		for _, p := range x.all() {
			if !slices.Contains(g.args, p) {
				t.Errorf("%s: the text %s needs {%s}, which is not given", g.where, g.key, p)
			}
		}
	}
}

// Pages show acts and roles to people; where names of acts are keys' ends, all acts have one.
func TestFamiliesAreWhole(t *testing.T) {
	c := catalogue(t)
	families := map[string][]string{}
	for _, r := range identity.Roles {
		families["role."] = append(families["role."], string(r))
	}
	for prefix, rest := range families {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(c)), func(k string) bool { return strings.HasPrefix(k, prefix) }) {
			continue // this family is not shown to people yet
		}
		for _, r := range rest {
			if _, ok := c[prefix+r]; !ok {
				t.Errorf("%s has texts and %s%s has none", prefix, prefix, r)
			}
		}
	}
}
