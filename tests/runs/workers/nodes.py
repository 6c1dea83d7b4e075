"""A Ray cluster of three nodes on this machine, in a process of its own: prints its address and folder, obeys lines.

`kill` ends the last node as a crash would, `add` gives it back; each is answered once it is done.
"""

import os
import sys
import tempfile

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Ray lets its workers stand back behind all others, and a busy machine would never come to them.
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 (so it is called)

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}


def main() -> None:
    # Ray's sockets lie in it, whose paths must be short.
    with tempfile.TemporaryDirectory(prefix="r2s", ignore_cleanup_errors=True) as folder:
        _obey(Cluster(initialize_head=True, head_node_args={**NODE, "temp_dir": folder}), folder)


def _obey(cluster: Cluster, folder: str) -> None:
    nodes = [cluster.add_node(**NODE) for _ in range(2)]
    cluster.wait_for_nodes()
    print(cluster.address, folder, flush=True)
    for line in sys.stdin:
        if line.strip() == "kill":
            cluster.remove_node(nodes.pop(), allow_graceful=False)
        else:
            nodes.append(cluster.add_node(**NODE))
        print("done", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
