// Package tools checks docker-compose.yml with the parser that docker compose itself uses, since a machine with Go need not have Docker.
package tools

import (
	"context"
	"os"
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

// Without an .env file the first message must say which variable is missing and what to do.
func TestMissingSecretIsNamed(t *testing.T) {
	_, err := load(t)
	if err == nil || !regexp.MustCompile(`required variable [A-Z_]+ is missing a value: copy \.docker/example\.env`).MatchString(err.Error()) {
		t.Errorf("got %v", err)
	}
}
