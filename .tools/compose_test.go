// Package tools checks docker-compose.yml with the parser that docker compose itself uses, and the build of the Dockerfile, since a machine
// with Go need not have Docker.
package tools

import (
	"context"
	"debug/elf"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

const (
	composeFile = "../docker-compose.yml"
	exampleEnv  = "../.docker/example.env"
)

func load(t *testing.T, options ...cli.ProjectOptionsFn) (*types.Project, error) {
	t.Helper()
	o, err := cli.NewProjectOptions([]string{composeFile}, append([]cli.ProjectOptionsFn{cli.WithName("dunning")}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return o.LoadProject(context.Background())
}

func example(t *testing.T) *types.Project {
	t.Helper()
	project, err := load(t, cli.WithEnvFiles(exampleEnv), cli.WithDotEnv)
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// pinned is an image with a tag that names a full version: no latest, no "17" that moves.
var pinned = regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$`)

func TestImagesArePinned(t *testing.T) {
	for name, service := range example(t).Services {
		if service.Build != nil {
			continue // its Dockerfile is looked at below
		}
		if !pinned.MatchString(service.Image) {
			t.Errorf("%s: image %q has no full version", name, service.Image)
		}
	}
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(dockerfile), -1) {
		if from[1] != "scratch" && !pinned.MatchString(from[1]) {
			t.Errorf("Dockerfile: image %q has no full version", from[1])
		}
	}
}

// A service either says that it is healthy or runs once and is waited for.
func TestEveryServiceHasAHealthCheckOrRunsOnce(t *testing.T) {
	project := example(t)
	var once []string
	for _, service := range project.Services {
		for name, dependency := range service.DependsOn {
			if dependency.Condition == types.ServiceConditionCompletedSuccessfully {
				once = append(once, name)
			}
		}
	}
	for name, service := range project.Services {
		if service.HealthCheck == nil && !slices.Contains(once, name) {
			t.Errorf("%s has no health check and nothing waits for its end", name)
		}
		if slices.Contains(once, name) && strings.HasPrefix(service.Restart, "always") {
			t.Errorf("%s runs once but restarts always", name)
		}
	}
}

func TestOurContainersHaveNoPrivileges(t *testing.T) {
	for name, service := range example(t).Services {
		if service.Build == nil {
			continue
		}
		if user, _, _ := strings.Cut(service.User, ":"); user == "" || user == "0" || user == "root" {
			t.Errorf("%s runs as root", name)
		}
		if !service.ReadOnly || !slices.Contains(service.CapDrop, "ALL") || !slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: want read_only, cap_drop ALL and no-new-privileges", name)
		}
	}
}

func TestPortsAreOnLoopbackOnly(t *testing.T) {
	for name, service := range example(t).Services {
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s is published on %q", name, port.Published, port.HostIP)
			}
		}
	}
}

// An operator reads payloads in the UI: the browser reaches the codec endpoint of the worker, which knows the page, and sends its cookie along.
func TestTheUICanReadPayloads(t *testing.T) {
	project := example(t)
	ui, worker := project.Services["temporal-ui"], project.Services["worker"]
	if got, want := value(ui, "TEMPORAL_CODEC_ENDPOINT"), "http://"+reachable(t, worker, "DUNNING_CODEC_ENDPOINT_LISTEN"); got != want {
		t.Errorf("the UI asks %q, the endpoint is at %q", got, want)
	}
	if value(ui, "TEMPORAL_CODEC_INCLUDE_CREDENTIALS") != "true" {
		t.Error("the UI does not send the cookie of the codec endpoint")
	}
	if got, want := value(worker, "DUNNING_CODEC_UI_ORIGIN"), "http://127.0.0.1:"+ui.Ports[0].Published; got != want {
		t.Errorf("the endpoint lets %q in, the UI is at %q", got, want)
	}
	for name, service := range project.Services {
		if has := value(service, "DUNNING_CODEC_TOKEN") != ""; has != (name == "worker") {
			t.Errorf("%s has the codec token: %v; the worker alone needs it", name, has)
		}
	}
}

func TestPrometheusReachesTheWorker(t *testing.T) {
	reachable(t, example(t).Services["worker"], "DUNNING_HTTP_LISTEN")
}

// reachable is where the machine reaches what a container listens on: an address inside it that is not its own loopback, and a published port.
func reachable(t *testing.T, service types.ServiceConfig, variable string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(value(service, variable))
	if ip := net.ParseIP(host); err != nil || host != "" && (ip == nil || !ip.IsUnspecified()) {
		t.Fatalf("%s: nothing outside the container reaches %s=%s", service.Name, variable, value(service, variable))
	}
	for _, p := range service.Ports {
		if fmt.Sprint(p.Target) == port {
			return net.JoinHostPort(p.HostIP, p.Published)
		}
	}
	t.Fatalf("%s: port %s is not published", service.Name, port)
	return ""
}

func value(service types.ServiceConfig, variable string) string {
	if v := service.Environment[variable]; v != nil {
		return *v
	}
	return ""
}

// The image holds nothing but the program, so the program must need nothing: the test runs the build of the Dockerfile.
func TestImageIsAStaticProgramOfNobody(t *testing.T) {
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	stages := strings.Split(string(dockerfile), "\nFROM ")
	last := stages[len(stages)-1]
	users := regexp.MustCompile(`(?m)^USER (\S+)`).FindAllStringSubmatch(last, -1)
	if !strings.HasPrefix(last, "scratch\n") || len(users) == 0 || !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(users[len(users)-1][1]) {
		t.Errorf("the last stage must be scratch and run as a user of its own, by number: %s", last)
	}
	build := regexp.MustCompile(`(?m)^RUN (.*go build .*) -o /out/dunning (\S+)`).FindStringSubmatch(string(dockerfile))
	if build == nil {
		t.Fatal("found no go build in the Dockerfile")
	}
	program := filepath.Join(t.TempDir(), "dunning")
	command := exec.CommandContext(t.Context(), "sh", "-c", build[1]+" -o "+program+" "+build[2])
	command.Dir = ".."
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	libraries, err := file.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	if dynamic := slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }); dynamic || len(libraries) > 0 {
		t.Errorf("the program is not static: it needs %q", libraries)
	}
}

// Without an .env file the first message must say which variable is missing and what to do.
func TestMissingSecretIsNamed(t *testing.T) {
	_, err := load(t)
	if err == nil || !regexp.MustCompile(`required variable [A-Z_]+ is missing a value: copy \.docker/example\.env`).MatchString(err.Error()) {
		t.Errorf("got %v", err)
	}
}
