"""Workers: dialogues played in other processes, on this machine or on others, while the driver keeps the run.

    driver: reads documents, keeps journal and budget, records results -- WorkerPool
       |  messages as JSON (`wire`), over a `Channel`: a socket (`processes`) or a Ray actor (`cluster`)
    worker: plays what it is sent, asks the driver for turns, records and budget -- Worker

Only the driver writes, so a worker that dies has nothing that is lost with it but the calls it had under way.
"""
