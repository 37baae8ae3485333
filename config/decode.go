package config

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// decode fills the field from viper and says whether its rules can be checked: it is given, and it can be read as what it should be.
func (l *loader) decode(v *viper.Viper, f field) bool {
	s := l.origin(f.key)
	given := v.Get(f.key)
	if texts, isList := given.([]string); given == "" || isList && len(texts) == 0 {
		if f.needed {
			l.problem(s, f.key, "is missing", l.howToSet(f))
		}
		return false
	}
	if given == unreadable {
		if f.value.Kind() == reflect.String { // given, as far as the rules of other keys go
			f.value.SetString(unreadable)
		}
		return false
	}
	err := v.UnmarshalKey(f.key, f.value.Addr().Interface(), viper.DecodeHook(mapstructure.ComposeDecodeHookFunc(
		mapstructure.StringToTimeDurationHookFunc(),
		mapstructure.TextUnmarshallerHookFunc(),
	)))
	if err != nil {
		wrong := "cannot be read"
		if !f.secret() {
			wrong = fmt.Sprintf("%q is not %s", given, kindOf(f))
		}
		l.problem(s, f.key, wrong, exampleOf(f))
		return false
	}
	return true
}

// origin is where the value in force was written; for a missing one, the section of the file where it belongs.
func (l *loader) origin(key string) setting {
	if s, ok := l.env[key]; ok {
		return s
	}
	if s, ok := l.file[key]; ok && (s.line > 0 || l.path == "") {
		return s
	}
	s := setting{source: l.path}
	if l.path == "" {
		s.source = environmentSource
	}
	for at := strings.LastIndex(key, "."); at > 0; at = strings.LastIndex(key[:at], ".") {
		if line := l.sections[key[:at]]; line > 0 {
			s.line = line
			break
		}
	}
	return s
}

func (l *loader) howToSet(f field) string {
	if f.secret() {
		return fmt.Sprintf("a value here, in %s, or a file in %s%s or %s", EnvName(f.key), f.key, fileSuffix, EnvName(f.key+fileSuffix))
	}
	return "a value here or in " + EnvName(f.key)
}

// kindOf and exampleOf name the type of a field as a person would.
func kindOf(f field) string {
	switch f.value.Interface().(type) {
	case time.Duration:
		return "a duration"
	case slog.Level:
		return "a level"
	}
	switch f.value.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return "a text"
}

func exampleOf(f field) string {
	if text, ok := defaults[f.key]; ok {
		return fmt.Sprintf("for example %s", text)
	}
	return ""
}
