"""Labels by singular values as one computes them in Python, timed on the kernels of a results file.

    peers.py RESULTS.json [--sample N]

RESULTS.json: what `convatlas analyze MODEL --out RESULTS.json` writes, kernels included.
Prints one JSON object: seconds, and nanoseconds per grid value, of

  script  the arithmetic of the poster authors' script: per kernel numpy's fft2, a batched SVD of 1 x 1
          matrices, sort, normalise, L1 to each feature; timed on N kernels per layer and scaled up
  numpy   the same without the SVD, many kernels at a time: fft2, abs, sort, mean |difference|
  torch   the same in PyTorch on all cores; left out where it is not installed
"""

import argparse
import json
import time

import numpy

VALUES_AT_A_TIME = 4_000_000


def layers_of(results):
    for layer in results["layers"]:
        if layer["kernelSize"] == [3, 3] and layer["kernels"]:
            kernels = numpy.array([kernel["weights"] for kernel in layer["kernels"]])
            yield kernels.reshape(-1, 3, 3), tuple(layer["grid"])


def script_spectrum(kernel, grid):
    transform = numpy.fft.fft2(kernel[:, :, None, None], grid, axes=(0, 1))
    values = numpy.linalg.svd(transform, compute_uv=True)[1].ravel()
    values[::-1].sort()
    return values / values[0]


def time_script(layers, features, sample):
    random = numpy.random.default_rng(1)
    seconds = 0.0
    for kernels, grid in layers:
        taken = kernels[random.permutation(len(kernels))[:sample]]
        references = [script_spectrum(feature, grid) for feature in features]
        started = time.perf_counter()
        for kernel in taken:
            spectrum = script_spectrum(kernel, grid)
            min(numpy.abs(spectrum - reference).sum() for reference in references)
        seconds += (time.perf_counter() - started) * len(kernels) / len(taken)
    return seconds


def blocks(kernels, grid):
    count = max(1, VALUES_AT_A_TIME // (grid[0] * grid[1]))
    return (kernels[first : first + count] for first in range(0, len(kernels), count))


def time_numpy(layers, features):
    def spectra(kernels, grid):
        values = numpy.abs(numpy.fft.fft2(kernels, grid)).reshape(len(kernels), -1)
        values = values.astype(numpy.float32)
        values.sort(axis=1)
        return values / values[:, -1:]

    started = time.perf_counter()
    for kernels, grid in layers:
        references = spectra(features, grid)
        for block in blocks(kernels, grid):
            own = spectra(block, grid)
            distances = [numpy.abs(own - reference).mean(axis=1) for reference in references]
            numpy.argmin(distances, axis=0)
    return time.perf_counter() - started


def time_torch(layers, features):
    import torch

    def spectra(kernels, grid):
        values = torch.fft.fft2(kernels, s=grid).abs().flatten(1).sort(dim=1).values
        return values / values[:, -1:]

    started = time.perf_counter()
    for kernels, grid in layers:
        references = spectra(torch.tensor(features, dtype=torch.float32), grid)
        for block in blocks(torch.tensor(kernels, dtype=torch.float32), grid):
            torch.cdist(spectra(block, grid), references, p=1).argmin(dim=1)
    return time.perf_counter() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("--sample", type=int, default=16)
    options = parser.parse_args()
    with open(options.results) as file:
        results = json.load(file)
    layers = list(layers_of(results))
    features = numpy.array([feature["kernel"] for feature in results["features"]]).reshape(-1, 3, 3)
    values = sum(len(kernels) * grid[0] * grid[1] for kernels, grid in layers)

    def measured(seconds):
        return {"seconds": seconds, "nsPerValue": seconds * 1e9 / values}

    found = {"gridValues": values}
    found["numpy"] = measured(time_numpy(layers, features))
    try:
        found["torch"] = measured(time_torch(layers, features))
    except ImportError:
        pass
    found["script"] = measured(time_script(layers, features, options.sample))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
