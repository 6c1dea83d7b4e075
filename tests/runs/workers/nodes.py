"""A Ray cluster of three nodes on this machine, in a process of its own: prints its address, and obeys lines.

`kill` ends the last node as a crash would, `add` gives it back; each is answered once it is done.
"""

import os
import sys

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Ray lets its workers stand back behind all others, and a busy machine would never come to them.
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 (so it is called)

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args=NODE)
    nodes = [cluster.add_node(**NODE) for _ in range(2)]
    cluster.wait_for_nodes()
    print(cluster.address, flush=True)
    for line in sys.stdin:
        if line.strip() == "kill":
            cluster.remove_node(nodes.pop(), allow_graceful=False)
        else:
            nodes.append(cluster.add_node(**NODE))
        print("done", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
