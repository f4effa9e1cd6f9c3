# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that evoke.synthesize makes: the bytes that `evoke maximize` writes; callbacks."""
import json
import os
import shutil
import signal

from common import TINY, Test, embedded, evoke, main, noise, np, run


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


class Same(Test):
    """Every image of a set is made again, and compared with its file and its row."""

    def check(self, model, arguments, starts=2, **options):
        run("maximize", "-o", self.path("set"), "--starts", str(starts), "--keep", "0", *arguments)
        with evoke.read_set(self.path("set")) as stimuli:
            rows = [row for row in stimuli if row["present"]]
            self.assertGreater(len(rows), 0)
            for row in rows:
                made = evoke.synthesize(model, row["target_output"], row["start"], **options)
                self.compare(made, row)
        shutil.rmtree(self.path("set"))

    def compare(self, made, row):
        file = self.path("set", "stimuli", row["filename"])
        self.assert_same(made.image, evoke.read_image(file))
        made.save(self.path("made.png"))
        self.assertEqual(read_bytes(self.path("made.png")), read_bytes(file))
        self.assertEqual("%.9g" % made.response, "%.9g" % row["response_pred_prequant"])
        self.assertEqual("%.9g" % made.objective_start, "%.9g" % row["response_start"])
        self.assertEqual((made.steps, made.stopped, made.restarts, made.description),
                         (row["n_steps"], row["stopped"], row["restarts"], row["description"]))

    def test_methods(self):
        with evoke.open(embedded("gabor")) as m:
            for method in ("robust", "published", "mei", "lucid", "npc", "v4-mei"):
                with self.subTest(method):
                    self.check(m, ["--method", method, "--steps", "12", embedded("gabor")],
                               method=method, steps=12)

    def test_default_method(self):
        with evoke.open(embedded("complex")) as m:
            self.check(m, [embedded("complex")], starts=1)

    def test_neurons(self):
        with evoke.open(TINY) as m:
            self.check(m, ["--steps", "20", "--neurons", "0-2", TINY], starts=3, steps=20)

    def test_options(self):
        with evoke.open(embedded("gabor")) as m:
            self.check(m, ["--steps", "15", "--minimize", "--grayscale", "--seed", "7",
                           "--prior", "tv:off", "--prior", "jitter:8", "--step-end", "none",
                           "--start-mean", "99.5", embedded("gabor")],
                       steps=15, minimize=True, grayscale=True, seed=7, step_end=None,
                       prior=["tv:off", "jitter:8"], start_mean=99.5)

    def test_name_that_is_not_ascii(self):
        """The file of a set then has no description inside."""
        path = shutil.copy(TINY, self.path("zell\u00e9.keras"))
        with evoke.open(path) as m:
            self.assertEqual(m.name, "zell\u00e9")
            self.check(m, ["--steps", "5", "--neurons", "1", path], starts=1, steps=5)

    def test_stopping(self):
        with evoke.open(embedded("gabor")) as m:
            self.check(m, ["--steps", "200", "--target-response", "2", embedded("gabor")],
                       steps=200, target_response=2)
            made = evoke.synthesize(m, target_response=2)
            self.assertEqual(made.stopped, "target")
            self.assertLess(made.steps, 100)

    def test_ensemble(self):
        members = [embedded("gabor_member%d" % i) for i in range(3)]
        with evoke.open_ensemble("three", members) as m:
            self.check(m, ["--steps", "10", "--objective", "mean-0.5*sd", "--ensemble",
                           "three=" + ",".join(members)], steps=10, objective="mean-0.5*sd")

    def test_start_image(self):
        image = noise((112, 112, 3))
        evoke.write_image(self.path("first.png"), image)
        with evoke.open(embedded("gabor")) as m:
            self.check(m, ["--steps", "10", "--start", self.path("first.png"), embedded("gabor")],
                       steps=10, image=image)

    def test_apart_from_earlier_starts(self):
        model, prior = embedded("complex"), "apart:weight=5"
        run("maximize", "-o", self.path("set"), "--starts", "3", "--keep", "3", "--steps", "10",
            "--diverse", "pixels", "--diverse-floor", "0", "--prior", prior, model)
        with evoke.open(model) as m, evoke.read_set(self.path("set")) as stimuli:
            for row in stimuli:
                earlier = [stimuli.images[i] for i in range(row["start"])]
                made = evoke.synthesize(m, 0, row["start"], steps=10, prior=prior, others=earlier)
                self.compare(made, row)
            alone = evoke.synthesize(m, 0, 2, steps=10, prior=prior)
            self.assertTrue((alone.image != stimuli.images[2]).any())

    def card(self, **options):
        """Writes a model card with options; returns its path."""
        shutil.copy(embedded("gabor"), self.path("gabor.keras"))
        with open(self.path("card.json"), "w", encoding="utf-8") as file:
            json.dump({"card": 1, "weights": "gabor.keras", "options": options}, file)
        return self.path("card.json")

    def test_options_of_the_card(self):
        card = self.card(**{"method": "published", "steps": 8, "start-contrast": 100})
        with evoke.open(card) as m:
            self.check(m, [card])
            self.check(m, ["--steps", "5", card], steps=5)
            self.check(m, ["--method", "mei", card], method="mei")

    def test_card_that_starts_elsewhere(self):
        with evoke.open(self.card(start="leaves", steps=3)) as m:
            with self.assertRaisesRegex(evoke.ArgumentError, "'leaves', but no start image"):
                evoke.synthesize(m)
            self.assertEqual(evoke.synthesize(m, image=noise(m.shape)).steps, 3)


class Callback(Test):
    def setUp(self):
        super().setUp()
        self.model = evoke.open(TINY)
        self.addCleanup(self.model.close)

    def test_steps(self):
        seen = []
        made = evoke.synthesize(self.model, 0, steps=6, callback=seen.append)
        self.assertEqual([s.step for s in seen], list(range(7)))
        self.assert_same(seen[-1].image, made.values)
        self.assertEqual(np.float32(seen[-1].response), np.float32(made.response))
        self.assertTrue(np.isnan(seen[0].step_rms) and np.isnan(seen[0].gradient_norm))
        self.assertTrue(all(s.step_rms > 0 and s.gradient_norm > 0 for s in seen[1:]))
        self.assertTrue(all("tv" in s.penalties for s in seen))
        self.assertTrue((seen[0].image != seen[-1].image).any())

    def test_responses_of_steps(self):
        seen = []
        evoke.synthesize(self.model, 1, steps=5, method="published", callback=seen.append)
        responses = self.model.predict(np.stack([s.image for s in seen]))[:, 1]
        self.assertEqual([np.float32(s.response) for s in seen], responses.tolist())

    def test_callback_changes_nothing(self):
        plain = evoke.synthesize(self.model, 0, steps=6)
        watched = evoke.synthesize(self.model, 0, steps=6, callback=lambda step: True)
        self.assert_same(plain.values, watched.values)

    def test_stop(self):
        for answer in (False, np.False_, 0):
            seen = []

            def stop(step, answer=answer, seen=seen):
                seen.append(step.step)
                return answer if step.step == 3 else True

            with self.assertRaises(evoke.Stopped) as caught:
                evoke.synthesize(self.model, 0, steps=9, callback=stop)
            self.assertEqual((seen[-1], caught.exception.code), (3, -8))

    def test_exception_comes_out(self):
        mine = KeyError("mine")

        def fail(step):
            if step.step == 2:
                raise mine

        with self.assertRaises(KeyError) as caught:
            evoke.synthesize(self.model, 0, steps=9, callback=fail)
        self.assertIs(caught.exception, mine)
        self.assertIsNone(mine.__context__)

    def test_model_is_used_in_its_callback(self):
        def ask(step):
            self.model.predict(step.image, threads=1)
            evoke.synthesize(self.model, 1, steps=1)

        evoke.synthesize(self.model, 0, steps=2, callback=ask)

    def test_interrupt(self):
        steps = []

        def interrupt(step):
            steps.append(step.step)
            if step.step == 2:
                os.kill(os.getpid(), signal.SIGINT)

        with self.assertRaises(KeyboardInterrupt):
            evoke.synthesize(self.model, 0, steps=1000, callback=interrupt)
        self.assertLess(steps[-1], 10)
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_interrupt_without_callback(self):
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with self.assertRaises(KeyboardInterrupt):
            evoke.synthesize(self.model, 0, steps=10**9)


class Wrong(Test):
    def test_arguments(self):
        with evoke.open(TINY) as m:
            for arguments, error, sentence in (
                    (dict(neuron=None), ValueError, "has 4 neurons"),
                    (dict(neuron=4), ValueError, "the neuron is 4, expected 0 to 3"),
                    (dict(neuron="x"), ValueError, "x"),
                    (dict(neuron=0, start=-1), ValueError, "start is -1"),
                    (dict(neuron=0, start="noise"), ValueError, "start is 'noise'"),
                    (dict(neuron=0, method="none"), LookupError, "robust"),
                    (dict(neuron=0, steps=-1), ValueError, "steps"),
                    (dict(neuron=0, steps=[1, 2]), ValueError, "steps is"),
                    (dict(neuron=0, no_such_option=1), evoke.Error, "no-such-option"),
                    (dict(neuron=0, prior="nothing"), LookupError, "nothing"),
                    (dict(neuron=0, image=noise((8, 9, 3))), ValueError, r"expected \(9, 8, 3\)"),
                    (dict(neuron=0, image=noise((2, 9, 8, 3))), ValueError, "2 images"),
                    (dict(neuron=3), evoke.FormatError, "not finite")):
                with self.assertRaisesRegex(error, sentence) as caught:
                    evoke.synthesize(m, **arguments)
                self.assertIsInstance(caught.exception, evoke.Error)
                self.assertLess(caught.exception.code, 0)


if __name__ == "__main__":
    main()
