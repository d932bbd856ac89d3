#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A binding: the library by its symbols alone, without a compiler. binding.py LIBRARY URI..."""
import ctypes
import errno
import sys

NLBAS = 8
DEPTH = 4
CTX_QUEUE = 88  # offset of async.queue in struct xnvme_cmd_ctx, as in 0.7.5


def load(path):
    lib = ctypes.CDLL(path)
    lib.callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    pointer, number = ctypes.c_void_p, ctypes.c_int
    for name, result, arguments in (
        ("xnvme_dev_open", pointer, [ctypes.c_char_p, pointer]),
        ("xnvme_dev_close", None, [pointer]),
        ("xnvme_dev_get_nsid", ctypes.c_uint32, [pointer]),
        ("xnvme_buf_alloc", pointer, [pointer, ctypes.c_size_t]),
        ("xnvme_buf_free", None, [pointer, pointer]),
        ("xnvme_queue_init", number, [pointer, ctypes.c_uint16, number, pointer]),
        ("xnvme_queue_term", number, [pointer]),
        ("xnvme_queue_poke", number, [pointer, ctypes.c_uint32]),
        ("xnvme_queue_drain", number, [pointer]),
        ("xnvme_queue_get_cmd_ctx", pointer, [pointer]),
        ("xnvme_queue_put_cmd_ctx", number, [pointer, pointer]),
        ("xnvme_cmd_ctx_set_cb", None, [pointer, lib.callback, pointer]),
        ("xnvme_cmd_ctx_cpl_status", number, [pointer]),
        ("xnvme_nvm_read", number, [pointer, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_uint16,
                                    pointer, pointer]),
        ("xnvme_nvm_write", number, [pointer, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_uint16,
                                     pointer, pointer]),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def submit_all(lib, queue, command, nsid, buf):
    """One command per LBA, and what their completions said"""
    statuses = []

    def done(ctx, _):
        statuses.append(lib.xnvme_cmd_ctx_cpl_status(ctx))
        lib.xnvme_queue_put_cmd_ctx(ctypes.c_void_p.from_address(ctx + CTX_QUEUE), ctx)

    callback = lib.callback(done)
    for lba in range(NLBAS):
        ctx = lib.xnvme_queue_get_cmd_ctx(queue)
        while not ctx:
            lib.xnvme_queue_poke(queue, 0)
            ctx = lib.xnvme_queue_get_cmd_ctx(queue)
        lib.xnvme_cmd_ctx_set_cb(ctx, callback, None)
        while (err := command(ctx, nsid, lba, 0, buf + lba * 512, None)) == -errno.EBUSY:
            lib.xnvme_queue_poke(queue, 0)
        assert err == 0, f"LBA {lba}: {err}"
    assert lib.xnvme_queue_drain(queue) >= 0
    assert statuses == [0] * NLBAS, statuses


def write_and_read(lib, uri):
    dev = lib.xnvme_dev_open(uri.encode(), None)
    assert dev, uri
    nsid = lib.xnvme_dev_get_nsid(dev)
    queue = ctypes.c_void_p()
    assert lib.xnvme_queue_init(dev, DEPTH, 0, ctypes.byref(queue)) == 0
    buf = lib.xnvme_buf_alloc(dev, NLBAS * 512)
    data = bytes((i * 7 + i // 512) % 256 for i in range(NLBAS * 512))
    ctypes.memmove(buf, data, len(data))
    submit_all(lib, queue, lib.xnvme_nvm_write, nsid, buf)
    ctypes.memset(buf, 0, len(data))
    submit_all(lib, queue, lib.xnvme_nvm_read, nsid, buf)
    assert ctypes.string_at(buf, len(data)) == data, uri
    lib.xnvme_queue_term(queue)
    lib.xnvme_buf_free(dev, buf)
    lib.xnvme_dev_close(dev)


def main():
    lib = load(sys.argv[1])
    for uri in sys.argv[2:]:
        write_and_read(lib, uri)
        print(f"{uri}: written and read")
    sys.exit(len(sys.argv) < 3)


if __name__ == "__main__":
    main()
