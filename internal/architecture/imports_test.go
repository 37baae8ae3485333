// Package architecture holds no code: its tests keep the import direction and check that the deployment
// files fit the program. A rule here names what it protects; change it together with the decision that it stands for.
package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/incassocenter/dunning/"

// layers are our packages from the bottom up. A package imports packages of lower layers only; the domain may also import within itself.
// A package that is not listed fails the test, so that its place is a decision.
var layers = [][]string{
	{ // the domain: pure values and decisions
		"internal/money", "internal/calendar", "internal/law", "internal/claim", "internal/trajectory", "internal/agreement", "internal/ledger",
		"internal/settlement", "internal/bank", "internal/matching", "internal/letter", "internal/report", "internal/privacy", "internal/simulation", "internal/syntax",
	},
	{"internal/postgres", "internal/mail", "internal/spool", "internal/codec", "internal/registers", "internal/papers"}, // adapters: one outside system each
	{"activities"},
	{"workflows"},
	{"internal/outbox", "internal/inbox", "internal/intake", "config"}, // what brings facts and settings in
	{"internal/portal", "internal/scenario"},
	{"internal/devstack"},
	{"cmd/dunning"},
}

// testOnly are packages without code of the product: nothing may import them outside tests.
var testOnly = []string{"internal/testkit", "internal/architecture"}

// onlyFrom names the packages that have to be reached from one place only, tests aside.
var onlyFrom = map[string][]string{
	"config":            {"cmd/dunning"},                     // packages take plain values
	"internal/devstack": {"cmd/dunning", "internal/testkit"}, // it runs servers without passwords
}

// forbiddenInDomain are imports that would give the domain I/O or tie it to one supplier. A path stands for everything below it.
var forbiddenInDomain = []string{
	"go.temporal.io", "github.com/jackc/pgx", "github.com/wneessen/go-mail", "github.com/spf13/viper", "net/http", "os/exec", "google.golang.org/grpc",
}

// forbiddenEverywhere must not be among the dependencies of the program or its tests.
var forbiddenEverywhere = []string{
	"go.temporal.io/server",           // 200 modules: it is built in cmd/devserver and started as a process
	"github.com/temporalio/ui-server", // likewise
}

// testModules are for tests: the program must not carry them. pdfium alone is 6 MB.
var testModules = []string{"github.com/klippa-app/go-pdfium", "github.com/tetratelabs/wazero", "github.com/makiuchi-d/gozxing", "pgregory.net/rapid"}

type goPackage struct {
	ImportPath                string
	Imports, Deps             []string
	TestImports, XTestImports []string
}

func (p goPackage) name() string { return strings.TrimPrefix(p.ImportPath, module) }

func TestImportsPointDownwards(t *testing.T) {
	for _, p := range packages(t) {
		for _, wrong := range check(p) {
			t.Error(wrong)
		}
	}
}

// check returns what is wrong with the imports of a package.
func check(p goPackage) []string {
	var wrong []string
	say := func(format string, args ...any) {
		wrong = append(wrong, p.name()+" "+fmt.Sprintf(format, args...))
	}
	own, placed := layerOf(p.name())
	if !placed && !slices.Contains(testOnly, p.name()) {
		say("has no layer: add it to layers in internal/architecture")
	}
	for _, path := range p.Imports {
		name, ours := strings.CutPrefix(path, module)
		if !ours {
			continue
		}
		layer, _ := layerOf(name)
		if placed && layer >= own && (own != 0 || layer != 0) {
			say("imports %s, which is not below it", name)
		}
		if slices.Contains(testOnly, name) {
			say("imports %s, which is for tests only", name)
		}
		if from, limited := onlyFrom[name]; limited && !slices.Contains(from, p.name()) {
			say("imports %s, which only %s may", name, strings.Join(from, " and "))
		}
	}
	if placed && own == 0 {
		for _, path := range forbiddenInDomain {
			if found := under(path, p.Deps); found != "" {
				say("is domain and depends on %s", found)
			}
		}
	}
	for _, path := range forbiddenEverywhere {
		if found := under(path, slices.Concat(p.Deps, p.TestImports, p.XTestImports)); found != "" {
			say("depends on %s", found)
		}
	}
	for _, path := range testModules {
		if found := under(path, p.Deps); found != "" && !slices.Contains(testOnly, p.name()) {
			say("depends on %s, which is for tests only", found)
		}
	}
	return wrong
}

func layerOf(name string) (int, bool) {
	for i, layer := range layers {
		if slices.Contains(layer, name) {
			return i, true
		}
	}
	return len(layers), false
}

// under returns the first of paths that is root or below it.
func under(root string, paths []string) string {
	for _, path := range paths {
		if path == root || strings.HasPrefix(path, root+"/") {
			return path
		}
	}
	return ""
}

// The rules must bite: each story is a package that breaks one.
func TestBrokenRulesAreFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		story string
		given goPackage
		want  string
	}{
		{"an adapter imports an activity", goPackage{ImportPath: module + "internal/postgres", Imports: []string{module + "activities"}}, "not below it"},
		{"adapters import each other", goPackage{ImportPath: module + "internal/postgres", Imports: []string{module + "internal/mail"}}, "not below it"},
		{"the domain reaches the network through a library", goPackage{ImportPath: module + "internal/letter", Deps: []string{"net/http"}}, "depends on net/http"},
		{"the domain uses Temporal", goPackage{ImportPath: module + "internal/claim", Deps: []string{"go.temporal.io/sdk/workflow"}}, "depends on go.temporal.io/sdk/workflow"},
		{"a worker reads the configuration", goPackage{ImportPath: module + "workflows", Imports: []string{module + "config"}}, "which only cmd/dunning may"},
		{"the program uses the test kit", goPackage{ImportPath: module + "cmd/dunning", Imports: []string{module + "internal/testkit"}}, "for tests only"},
		{"a test links the server", goPackage{ImportPath: module + "workflows", TestImports: []string{"go.temporal.io/server/temporaltest"}}, "depends on go.temporal.io/server/temporaltest"},
		{"the program carries what only tests need", goPackage{ImportPath: module + "cmd/dunning", Deps: []string{"github.com/klippa-app/go-pdfium/webassembly"}}, "which is for tests only"},
		{"a new package has no place", goPackage{ImportPath: module + "internal/helpers"}, "has no layer"},
	}
	for _, tt := range tests {
		t.Run(tt.story, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(check(tt.given), "; "); !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// packages asks the go command, so that build tags count as they do in a build.
func packages(t *testing.T) []goPackage {
	t.Helper()
	noticeSources(t)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", "./...")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	return all
}

// noticeSources reads our directories itself. The test cache does not see what a child process reads: without this a cached "ok"
// would stand after an import had changed.
func noticeSources(t *testing.T) {
	t.Helper()
	for _, root := range []string{"activities", "cmd/dunning", "config", "internal", "workflows"} {
		err := filepath.WalkDir(filepath.Join("..", "..", root), func(_ string, _ fs.DirEntry, err error) error { return err })
		if err != nil {
			t.Fatal(err)
		}
	}
}
