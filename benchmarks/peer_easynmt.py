"""EasyNMT, in a virtual environment of its own: sentences in as JSON on stdin, what it says and took on stdout.

``opus_shape.py`` tells what a forced length is. EasyNMT takes its model from the hub by name, and from a folder of that
name where one stands in the working folder.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import torch
from easynmt import EasyNMT
from easynmt.models import OpusMT

task = json.load(sys.stdin)
torch.set_num_threads(task["cores"])
translator = OpusMT()
_, network = translator.load_model(f"Helsinki-NLP/opus-mt-{task['source']}-{task['target']}")
generate = network.generate


def forced(**inputs: Any) -> Any:
    length = round(inputs["attention_mask"].sum().item() / len(inputs["input_ids"]))
    return generate(**inputs, min_new_tokens=length, max_new_tokens=length)


if task["forced"]:
    network.generate = forced
easy = EasyNMT(translator=translator, device="cpu")
started, cpu = time.perf_counter(), time.process_time()
said = easy.translate(
    task["sentences"],
    source_lang=task["source"],
    target_lang=task["target"],
    beam_size=task["beam"],
    perform_sentence_splitting=False,
)
seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(json.dumps({"seconds": seconds, "cpu": cpu, "first": seconds, "peak": peak, "said": said}))
