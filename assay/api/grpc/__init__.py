"""gRPC: the operations of REST over the contract of ``assay.wire``."""
