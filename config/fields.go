package config

import (
	"encoding"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
)

// field is one key and the place in a Config that it fills.
type field struct {
	key    string
	value  reflect.Value
	needed bool
}

// secret says whether the key has a _file beside it.
func (f field) secret() bool {
	t := f.value.Type()
	return t == reflect.TypeFor[Secret]() || f.list() && t.Elem() == reflect.TypeFor[Secret]()
}

func (f field) list() bool { return f.value.Kind() == reflect.Slice }

// fields walks all keys of c, in order.
func fields(c *Config) []field { return walk("", reflect.ValueOf(c).Elem()) }

func walk(prefix string, v reflect.Value) []field {
	var found []field
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		key := prefix + sf.Tag.Get("key")
		_, isText := v.Field(i).Addr().Interface().(encoding.TextUnmarshaler)
		if sf.Type.Kind() == reflect.Struct && !isText {
			found = append(found, walk(key+".", v.Field(i))...)
			continue
		}
		found = append(found, field{key: key, value: v.Field(i), needed: sf.Tag.Get("need") == "yes"})
	}
	return found
}

// names are all that may stand in a file: keys, their _file forms, and the sections that hold them.
type names struct {
	keys     map[string]field
	sections map[string]bool
	env      map[string]string // DUNNING_SMTP_PORT -> smtp.port
}

func namesOf(all []field) names {
	n := names{keys: map[string]field{}, sections: map[string]bool{}, env: map[string]string{}}
	for _, f := range all {
		n.keys[f.key] = f
		if f.secret() {
			n.keys[f.key+fileSuffix] = f
		}
		for at := strings.LastIndex(f.key, "."); at > 0; at = strings.LastIndex(f.key[:at], ".") {
			n.sections[f.key[:at]] = true
		}
	}
	for key := range n.keys {
		n.env[EnvName(key)] = key
	}
	return n
}

const (
	envPrefix  = "DUNNING_"
	fileSuffix = "_file"
)

// EnvName is the environment variable that overrides a key.
func EnvName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// nearest is the candidate most like a mistyped name, or "" when none is close.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+2
	slices.Sort(candidates)
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to insert, remove, change or swap with the next between a and b (optimal string alignment).
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// String lists every key with its value, one a line, secrets hidden.
func (c Config) String() string {
	var b strings.Builder
	for _, f := range fields(&c) {
		fmt.Fprintf(&b, "%s = %v\n", f.key, f.value.Interface())
	}
	return b.String()
}

// LogValue is every key with its value, secrets hidden.
func (c Config) LogValue() slog.Value {
	all := fields(&c)
	attrs := make([]slog.Attr, len(all))
	for i, f := range all {
		attrs[i] = slog.String(f.key, fmt.Sprint(f.value.Interface()))
	}
	return slog.GroupValue(attrs...)
}
