package architecture

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/workflows"
)

// The containers start with .docker/dunning.yaml and the variables that docker-compose.yml passes: together they must be a
// configuration, with no key that the program does not know.
func TestContainersHaveAConfiguration(t *testing.T) {
	t.Parallel()
	var environ []string
	for _, pair := range regexp.MustCompile(`(?m)^ +(DUNNING_[A-Z_]+): (?:&\S+ )?(.+)$`).FindAllStringSubmatch(read(t, "docker-compose.yml"), -1) {
		name, value := pair[1], pair[2]
		switch {
		case strings.HasPrefix(value, "postgres://"): // the example password has no character that a URL must escape
			value = regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllString(value, "x")
		case strings.HasPrefix(value, "${"):
			value = exampleValue(t, name)
		case strings.HasPrefix(value, "*"):
			continue // an alias of one above
		}
		environ = append(environ, name+"="+value)
	}
	if len(environ) < 3 {
		t.Fatalf("found only %q in docker-compose.yml", environ)
	}
	c, err := config.Load("../../.docker/dunning.yaml", environ)
	if err != nil {
		t.Fatal(err)
	}
	grace := regexp.MustCompile(`stop_grace_period: (\S+)`).FindStringSubmatch(read(t, "docker-compose.yml"))
	if grace == nil {
		t.Fatal("docker-compose.yml: the worker has no stop_grace_period")
	}
	given, err := time.ParseDuration(grace[1])
	if needed := c.SMTP.ConnectTimeout + c.SMTP.SendTimeout + 15*time.Second; err != nil || given < needed { // else a mail that left is unknown
		t.Errorf("docker-compose.yml: stop_grace_period is %s %v; right would be at least %s", given, err, needed)
	}
}

// A namespace without an attribute that the workflows write stops every claim.
func TestNamespaceHasTheSearchAttributesOfTheWorkflows(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	_, list, _ := strings.Cut(read(t, ".docker/temporal/namespace.sh"), "<<LIST\n")
	for line := range strings.Lines(strings.TrimSuffix(list, "LIST\n")) {
		name, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		got[name] = kind
	}
	if diff := cmp.Diff(workflows.SearchAttributes(), got); diff != "" {
		t.Error("namespace.sh (-workflows +script):\n" + diff)
	}
}

func exampleValue(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + `=(.*)$`).FindStringSubmatch(read(t, ".docker/example.env"))
	if found == nil {
		t.Fatalf(".docker/example.env has no %s", name)
	}
	return found[1]
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile("../../" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
