package web

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A field of a page hides the method of Base that has its name, and the layout that
// calls the method then fails on that page alone. Templates see exported names only.
func TestNoPageHidesWhatTheLayoutCalls(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
	}
	layout, err := fs.ReadFile(templateFiles, "templates/layout.html")
	if err != nil {
		t.Fatal(err)
	}
	methods, pages := map[string]bool{}, 0
	each := func(fn func(ast.Node)) {
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool { fn(n); return true })
		}
	}
	each(func(n ast.Node) {
		if d, ok := n.(*ast.FuncDecl); ok && d.Recv != nil {
			if id, ok := d.Recv.List[0].Type.(*ast.Ident); ok && id.Name == "Base" && bytes.Contains(layout, []byte("."+d.Name.Name)) {
				methods[d.Name.Name] = true
			}
		}
	})
	each(func(n ast.Node) {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return
		}
		s, ok := spec.Type.(*ast.StructType)
		if !ok {
			return
		}
		base := false
		for _, f := range s.Fields.List {
			if id, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 && id.Name == "Base" {
				base = true
				pages++
			}
		}
		for _, f := range s.Fields.List {
			for _, name := range f.Names {
				if base && methods[name.Name] {
					t.Errorf("%s.%s hides Base.%s", spec.Name.Name, name.Name, name.Name)
				}
			}
		}
	})
	if len(methods) < 10 || pages < 20 {
		t.Fatalf("%d methods and %d pages were found", len(methods), pages)
	}
	lower := regexp.MustCompile(`\{\{[^}]*[ (]\.[a-z]\w*`)
	err = fs.WalkDir(templateFiles, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(templateFiles, name)
		if m := lower.Find(b); m != nil {
			t.Errorf("%s reads a name that templates cannot see: %s", name, m)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
