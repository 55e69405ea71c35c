"""Keras comes without its extras, and with them all the same."""

import shutil
import subprocess
import sys

BEGIN = "import sys\nfrom aecli.core import backend\nbackend.load()\nimport keras\nimport numpy as np\n"
LEFT_OUT = 'print(sorted({"sklearn", "scipy", "joblib", "pandas", "matplotlib"} & sys.modules.keys()))'
WORKS = """
import pandas
from sklearn.datasets import make_classification
from sklearn.base import is_classifier
import matplotlib.pyplot, scipy.linalg

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
table = pandas.DataFrame(np.ones((8, 4), "float32"))
model.fit(table, pandas.Series(np.ones(8)), validation_split=0.5, verbose=0)
assert model.predict(table, verbose=0).shape == (8, 1)

def build(X, y):
    network = keras.Sequential([keras.Input((X.shape[1],)), keras.layers.Dense(2, "softmax")])
    network.compile("sgd", "categorical_crossentropy")
    return network

X, y = make_classification(40, 4, random_state=0)
wrapped = keras.wrappers.SKLearnClassifier(build, fit_kwargs={"epochs": 1, "verbose": 0})
assert is_classifier(wrapped)
assert len(wrapped.fit(X, y).predict(X)) == 40
from keras.wrappers import SKLearnClassifier
assert isinstance(wrapped, SKLearnClassifier)
keras.visualization.plot_image_gallery(np.zeros((4, 8, 8, 1)), rows=2, cols=2, value_range=(0, 1), show=False)
print("works")
"""
SCIKIT_LEARN = """
from aecli.core.lean import scikit_learn

scaler = scikit_learn("preprocessing").StandardScaler().fit(np.arange(8.0).reshape(4, 2))
assert "pandas" not in sys.modules
import pandas

table = pandas.DataFrame({"a": [0.0, 2.0], "b": [1.0, 1.0]})
assert list(scaler.fit(table).feature_names_in_) == ["a", "b"]
told = scaler.set_output(transform="pandas").transform(table)
assert list(told["a"]) == [-1.0, 1.0] and isinstance(told, pandas.DataFrame)
print("works")
"""


def said(script):
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_none_of_the_extras_is_imported():
    assert said(BEGIN + LEFT_OUT) == "[]"


def test_extras_and_what_keras_does_with_them_work_afterwards():
    assert said(BEGIN + WORKS).endswith("works")


def test_scikit_learn_comes_without_pandas_and_works_with_it_afterwards():
    assert said(BEGIN + SCIKIT_LEARN).endswith("works")


def test_commands_that_measure_start_without_chatter(run_of, tmp_path):
    """What imports TensorFlow before it is set up shows its greetings, and takes twice the time."""
    run = tmp_path / "20260101-000000-dense"
    shutil.copytree(run_of("dense").path, run)
    command = [sys.executable, "-m", "aecli", "evaluate", str(run), "--probe-samples", "10"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "absl" not in ended.stderr
