# SPDX-License-Identifier: GPL-3.0-or-later
"""`pip install .` in a fresh virtual environment without a network; which library is taken."""
import os
import pydoc
import shutil
import subprocess
import sys

from common import BUILD, TINY, TOP, Test, evoke, main, noise, skip

PACKAGE = os.path.join(TOP, "examples", "python", "evoke")
SONAME = "libevoke.so.2"

# A proxy where nothing listens: whatever asks the network fails.
ENVIRONMENT = {**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
               "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
ENVIRONMENT.pop("EVOKE_LIBRARY", None)
ENVIRONMENT.pop("PYTHONPATH", None)

try:
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    skip("venv is missing; Debian's package is python3-venv")


def python(program, *arguments, code="", status=0, **environment):
    """Runs Python code in a program, away from the clone, and returns what it prints."""
    done = subprocess.run([program, "-c", code, *arguments], capture_output=True, text=True,
                          cwd="/", env={**ENVIRONMENT, **environment}, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return (done.stdout if status == 0 else done.stderr).strip()


WHERE = "import evoke; print(evoke.c_library_path)"


def pip(program, *arguments):
    subprocess.run([program, "-m", "pip", *arguments], check=True, env=ENVIRONMENT, cwd=PACKAGE,
                   stdout=subprocess.DEVNULL)


def files_of_the_package():
    """Names of its files, but for what a test that runs at the same time has compiled."""
    return sorted(set(os.listdir(PACKAGE)) - {"__pycache__"})


class Install(Test):
    def environment(self, option):
        """Makes a virtual environment, and returns its Python."""
        subprocess.run([sys.executable, "-m", "venv", option, self.path("venv")], check=True,
                       env=ENVIRONMENT)
        return self.path("venv", "bin", "python3")

    def test_predict_where_it_was_installed(self):
        before = files_of_the_package()
        program = self.environment("--system-site-packages")
        pip(program, "install", ".")
        self.assertEqual(files_of_the_package(), before)
        library = python(program, code=WHERE)
        self.assertEqual(os.path.commonpath([library, self.folder]), self.folder)
        self.assertEqual(os.path.basename(library), SONAME)
        image = noise((9, 8, 3))
        evoke.write_image(self.path("x.png"), image)
        code = ("import evoke, sys; m = evoke.open(sys.argv[1]); "
                "print(m.predict(evoke.read_image(sys.argv[2])).tobytes().hex())")
        with evoke.open(TINY) as m:
            self.assertEqual(python(program, TINY, self.path("x.png"), code=code),
                             m.predict(image).tobytes().hex())
        code = "import importlib.metadata as m; print(m.version('evoke'))"
        self.assertEqual(python(program, code=code), evoke.__version__)
        pip(program, "uninstall", "-y", "evoke")
        self.assertFalse(os.path.exists(library))

    def test_without_numpy(self):
        program = self.environment("--without-pip")
        sentence = python(program, code=WHERE, status=1, PYTHONPATH=os.path.dirname(PACKAGE))
        self.assertIn("ImportError: evoke needs NumPy; type 'pip install numpy' or", sentence)


class Library(Test):
    """A copy of the package, for which the library lies here and there."""

    def setUp(self):
        super().setUp()
        self.top = os.path.realpath(self.path())
        self.package = os.path.join(self.top, "examples", "python", "evoke")
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("__pycache__"))
        self.built = os.path.join(BUILD, SONAME)

    def where(self, status=0, **environment):
        """Returns the path of the library that the package takes, or why it takes none."""
        return python(sys.executable, code=WHERE, status=status,
                      PYTHONPATH=os.path.dirname(self.package), **environment)

    def put(self, *names):
        """Puts the library somewhere, and returns its path."""
        path = os.path.join(self.top, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return shutil.copy(self.built, path)

    def test_order(self):
        installed = self.put("lib", SONAME)
        on_path = {"LD_LIBRARY_PATH": os.path.dirname(installed)}
        self.assertEqual(self.where(**on_path), SONAME)
        clone = self.put("build", "release", SONAME)
        self.assertEqual(self.where(**on_path), clone)
        beside = self.put(self.package, SONAME)
        self.assertEqual(self.where(**on_path), beside)
        named = self.put("named.so")
        self.assertEqual(self.where(EVOKE_LIBRARY=named, **on_path), named)

    def test_none(self):
        sentence = self.where(status=1)
        self.assertRegex(sentence, "ImportError: evoke: its library cannot be loaded")
        self.assertIn("type 'make'", sentence)
        self.assertIn("nowhere.so", self.where(status=1, EVOKE_LIBRARY="/nowhere.so"))

    def compile(self, source, *flags):
        """Makes a library of C code, and returns its path."""
        path = os.path.join(self.top, "other.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", path, *flags],
                       input=source, text=True, check=True)
        return path

    def test_another_interface(self):
        functions = "".join("void %s(void) {}\n" % name for name in evoke._library._FUNCTIONS
                            if name != "evk_version")
        version = 'const char *evk_version(void) { return "9.0.0"; }\n'
        with open(self.path("map"), "w", encoding="utf-8") as file:
            file.write("EVOKE_7 { global: evk_*; };")
        other = self.compile(version + functions, "-Wl,--version-script=" + self.path("map"))
        sentence = self.where(status=1, EVOKE_LIBRARY=other)
        self.assertIn("other.so is of evoke 9.0.0 and has another interface, expected libevoke.so",
                      sentence)

    def test_an_old_library(self):
        other = self.compile('const char *evk_version(void) { return "0.4.0"; }\n')
        sentence = self.where(status=1, EVOKE_LIBRARY=other)
        self.assertIn("is of evoke 0.4.0 and has another interface", sentence)

    def test_something_else(self):
        other = self.compile("int x;\n")
        self.assertIn("is not the library of evoke", self.where(status=1, EVOKE_LIBRARY=other))


class Help(Test):
    def test_help_reads(self):
        text = pydoc.render_doc(evoke, renderer=pydoc.plaintext)
        for name, value in vars(evoke).items():
            if not name.startswith("_") and getattr(value, "__module__", "") == "evoke":
                self.assertIn(name, text)
                self.assertTrue(value.__doc__, name)


if __name__ == "__main__":
    main()
