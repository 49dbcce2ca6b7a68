"""Clients of Python's multiprocessing.Manager, each a thread with a connection of its own. The manager has an OS process of its own.

A line of input is the number of clients and milliseconds. The answer is the median time of a write of one client, or the time for
each write of all clients together, in microseconds.
"""

import multiprocessing
import statistics
import sys
import threading
import time


def measure(shared, clients, seconds):
    times = []
    counts = []
    barrier = threading.Barrier(clients + 1)
    over = threading.Event()

    def call(key):
        shared[key] = 0  # connects
        barrier.wait()
        count = 0
        while not over.is_set():
            begin = time.perf_counter()
            shared[key] = count
            count += 1
            if clients == 1:
                times.append(time.perf_counter() - begin)
        counts.append(count)

    threads = [threading.Thread(target=call, args=(str(number),)) for number in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    begin = time.perf_counter()
    time.sleep(seconds)
    over.set()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    return 1e6 * (statistics.median(times) if clients == 1 else elapsed / sum(counts))


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        shared = manager.dict()
        for line in sys.stdin:
            clients, milliseconds = line.split()
            print(measure(shared, int(clients), int(milliseconds) / 1000), flush=True)
