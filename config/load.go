package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/viper"
)

// setting is one value as it was written, and where.
type setting struct {
	text   string
	list   []string // instead of text, for a key that takes several
	source string
	line   int
}

// given is false for an empty text, which leaves the default as it is.
func (s setting) given() bool { return s.text != "" || len(s.list) > 0 }

// value is the setting as viper keeps it; a text for a key that takes several is a list with commas.
func (s setting) value(list bool) any {
	if !list {
		return s.text
	}
	if s.list == nil && s.text != unreadable {
		for item := range strings.SplitSeq(s.text, ",") {
			s.list = append(s.list, strings.TrimSpace(item))
		}
	}
	if s.list == nil {
		return s.text
	}
	return s.list
}

// loader collects settings and problems until a Config can be made of them.
type loader struct {
	names    names
	cfg      *Config
	all      []field
	path     string
	sections map[string]int // the line of each section in the file
	file     map[string]setting
	env      map[string]setting
	problems Problems
}

func newLoader() *loader {
	cfg := &Config{}
	all := fields(cfg)
	return &loader{names: namesOf(all), cfg: cfg, all: all, sections: map[string]int{}, file: map[string]setting{}, env: map[string]setting{}}
}

// Load reads the file at path ("" is no file) and the variables DUNNING_* of environ (os.Environ()), which win over the file.
// An empty variable counts as not set; DUNNING_CONFIG is left to the caller. The error is a Problems with all that is wrong at once,
// or says why the file cannot be read.
func Load(path string, environ []string) (Config, error) {
	l, err := read(path, environ)
	if err != nil {
		return Config{}, err
	}
	return l.config()
}

// RatesDir is law.rates_dir alone, for commands that calculate and need nothing else: what is missing elsewhere does not matter to them.
// A file that cannot be read well is an error all the same, lest they calculate by other tables than the worker.
func RatesDir(path string, environ []string) (string, error) { return alone(ratesDir, path, environ) }

// PlansDir is agreement.plans_dir alone, likewise.
func PlansDir(path string, environ []string) (string, error) { return alone(plansDir, path, environ) }

// alone reads one key that is a text.
func alone(key, path string, environ []string) (string, error) {
	l, err := read(path, environ)
	if err != nil {
		return "", err
	}
	if s := l.env[key]; s.given() {
		return s.text, l.problems.orNil()
	}
	return l.file[key].text, l.problems.orNil()
}

// Keys of Law.RatesDir and Agreement.PlansDir.
const (
	ratesDir = "law.rates_dir"
	plansDir = "agreement.plans_dir"
)

// read collects what the file and the environment say.
func read(path string, environ []string) (*loader, error) {
	l := newLoader()
	l.path = path
	if path != "" {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		l.readYAML(content)
	}
	l.readEnv(environ)
	return l, nil
}

func (l *loader) problem(s setting, key, wrong, right string) {
	l.problems = append(l.problems, Problem{Source: s.source, Line: s.line, Key: key, Wrong: wrong, Right: right})
}

// set notes a setting for a key, or a problem when there is no such key.
func (l *loader) set(to *map[string]setting, key string, s setting) {
	if _, known := l.names.keys[key]; !known {
		l.unknown(key, key, s)
		return
	}
	(*to)[key] = s
}

func (l *loader) unknown(shown, key string, s setting) {
	right := ""
	if near := nearest(key, slices.Concat(slices.Collect(maps.Keys(l.names.keys)), slices.Collect(maps.Keys(l.names.sections)))); near != "" {
		right = near
		if s.source == environmentSource {
			right = EnvName(near)
		}
	}
	l.problem(s, shown, "is not a key", right)
}

const environmentSource = "environment"

func (l *loader) readEnv(environ []string) {
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, envPrefix) || name == envPrefix+"CONFIG" {
			continue
		}
		s := setting{text: text, source: environmentSource}
		key, known := l.names.env[name]
		switch {
		case !known:
			l.unknown(name, strings.ToLower(strings.TrimPrefix(name, envPrefix)), s)
		case s.given():
			l.env[key] = s
		}
	}
}

// config merges defaults, file and environment, and checks the whole.
func (l *loader) config() (Config, error) {
	for _, f := range l.all {
		if f.secret() {
			l.readSecret(f)
		}
	}
	v := viper.New()
	for _, f := range l.all { // every key, or an override of it would not be seen
		v.SetDefault(f.key, defaults[f.key])
	}
	for _, layer := range []map[string]setting{l.file, l.env} { // the later one wins
		for key, s := range layer {
			if s.given() {
				v.Set(key, s.value(l.names.keys[key].list()))
			}
		}
	}
	wrong := map[string]bool{}
	for _, f := range l.all {
		wrong[f.key] = !l.decode(v, f)
	}
	l.check(wrong)
	if err := l.problems.orNil(); err != nil {
		return Config{}, err
	}
	return *l.cfg, nil
}

// readSecret replaces <key>_file by what the file holds. The environment wins over the configuration file, whichever form each uses.
func (l *loader) readSecret(f field) {
	for _, layer := range []map[string]setting{l.env, l.file} {
		named, hasFile := layer[f.key+fileSuffix]
		delete(layer, f.key+fileSuffix)
		if !hasFile || !named.given() {
			continue
		}
		if layer[f.key].given() {
			l.problem(named, f.key+fileSuffix, "is given as well as "+f.key, "one of the two")
			continue
		}
		s, err := secretFile(named, f.list())
		if err != nil {
			l.problem(named, f.key+fileSuffix, err.Error(), "")
		}
		layer[f.key] = s // also when it cannot be read: it is not missing then
	}
}

func secretFile(named setting, list bool) (setting, error) {
	s := setting{source: named.source, line: named.line, text: unreadable}
	content, err := os.ReadFile(named.text)
	if err != nil {
		return s, fmt.Errorf("read secret: %w", err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return s, errors.New("the file is empty")
	}
	s.text = text
	if list {
		s.list = strings.Fields(text)
	}
	return s, nil
}

// unreadable stands for a value that was reported already, so that it is not reported as missing or wrong too.
const unreadable = "\x00unreadable"
