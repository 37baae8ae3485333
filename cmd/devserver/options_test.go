package main

import (
	"io"
	"maps"
	"net"
	"strings"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
)

func TestDatabaseURL(t *testing.T) {
	for _, story := range []struct {
		name, url              string
		main, visibility, user string
		password, host, port   string
	}{
		{"socket, default names", "postgres://u@/?host=/run/pg&port=5433", "temporal", "temporal_visibility", "u", "", "/run/pg", "5433"},
		{"socket, own name", "postgres://u@/demo?host=/run/pg&port=5432", "demo", "demo_visibility", "u", "", "/run/pg", "5432"},
		{"TCP with password", "postgres://u:s%2Fe%20c@db.local:6000/tp", "tp", "tp_visibility", "u", "s/e c", "db.local", "6000"},
		{"user in the query", "postgresql:///?host=/run/pg&port=5432&user=q", "temporal", "temporal_visibility", "q", "", "/run/pg", "5432"},
	} {
		t.Run(story.name, func(t *testing.T) {
			db, err := parseDatabase(story.url)
			if err != nil {
				t.Fatal(err)
			}
			a := db.main.ConnectAttributes
			got := []string{db.main.DatabaseName, db.visibility.DatabaseName, a["user"], a["password"], a["host"], a["port"]}
			want := []string{story.main, story.visibility, story.user, story.password, story.host, story.port}
			if strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("got %q, want %q", got, want)
			}
			if db.sqlitePath != "" {
				t.Errorf("PostgreSQL taken for SQLite %q", db.sqlitePath)
			}
			if strings.Contains(db.describe(), "s/e c") {
				t.Errorf("password in %q", db.describe())
			}
		})
	}
}

func TestDatabaseFile(t *testing.T) {
	for _, url := range []string{"sqlite:/tmp/a b.db", "sqlite:///tmp/a b.db"} {
		db, err := parseDatabase(url)
		if err != nil || db.sqlitePath != "/tmp/a b.db" {
			t.Errorf("%s: %+v, %v", url, db, err)
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	for name, args := range map[string]string{
		"no database":            "-ui=",
		"unknown database":       "-db mysql://x",
		"empty file":             "-db sqlite:",
		"URI in file":            "-db sqlite:/a?mode=ro",
		"bad database name":      `-db postgres://u@/a"b?host=/x`,
		"no port":                "-db sqlite:/a -listen localhost",
		"unknown type":           "-db sqlite:/a -search-attribute Stage=Word",
		"nameless attribute":     "-db sqlite:/a -search-attribute =Int",
		"negative shards":        "-db sqlite:/a -shards -1",
		"argument left":          "-db sqlite:/a extra",
		"namespace without name": "-db sqlite:/a -namespace=",
	} {
		t.Run(name, func(t *testing.T) {
			if o, err := parseOptions(strings.Fields(args), io.Discard); err == nil {
				t.Errorf("accepted: %+v", o)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	o, err := parseOptions([]string{"-db", "sqlite:/a", "-ui", "", "-search-attribute", "ClaimStage=Keyword",
		"-search-attribute", "NextActionAt=Datetime"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := searchAttributes{"ClaimStage": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "NextActionAt": enumspb.INDEXED_VALUE_TYPE_DATETIME}
	if !maps.Equal(o.searchAttributes, want) {
		t.Errorf("search attributes %v", o.searchAttributes)
	}
	if o.shards != defaultSQLiteShards || o.withUI || o.uiURL() != "" || o.listen.String() != "127.0.0.1:7233" {
		t.Errorf("%+v", o)
	}
}

func TestPortTakenIsNamed(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	o, err := parseOptions([]string{"-db", "sqlite:/a", "-listen", l.Addr().String()}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	err = o.choosePorts()
	if err == nil || !strings.HasPrefix(err.Error(), "-listen "+l.Addr().String()) {
		t.Errorf("got %v", err)
	}
}
