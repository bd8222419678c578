"""Cuts CP-SAT's message descriptors to the fields below and has protoc-gen-swift write Swift types for them.

Usage: python cpsat-protos.py PROTOC_GEN_SWIFT OUTPUT_FOLDER ORTOOLS_VERSION     (see ops/generate-cpsat-protos)

Fields that are left out still travel: SwiftProtobuf keeps unknown fields.
"""

import glob
import importlib.util
import os
import subprocess
import sys

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2

KEPT = {
    "cp_model": {
        "IntegerVariableProto": ["domain"],
        "BoolArgumentProto": ["literals"],
        "LinearConstraintProto": ["vars", "coeffs", "domain"],
        "ConstraintProto": ["at_most_one", "exactly_one", "linear"],
        "CpObjectiveProto": ["vars", "coeffs"],
        "PartialVariableAssignment": ["vars", "values"],
        "CpModelProto": ["variables", "constraints", "objective", "solution_hint"],
        "CpSolverResponse": ["status", "solution", "objective_value", "solution_info"],
        "CpSolverStatus": None,
    },
    "sat_parameters": {
        "SatParameters": [
            "max_time_in_seconds", "max_deterministic_time", "random_seed", "num_workers", "catch_sigint_signal",
            "cp_model_probing_level", "max_presolve_iterations",
        ],
    },
}


def descriptor(name):
    """The serialized FileDescriptorProto inside ortools/sat/NAME_pb2.py, found without importing OR-Tools itself."""
    [path] = [p for s in sys.path for p in glob.glob(os.path.join(s, "ortools/sat", name + "_pb2.py"))]
    module = importlib.util.spec_from_file_location("ortools_" + name, path)
    loaded = importlib.util.module_from_spec(module)
    module.loader.exec_module(loaded)
    file = descriptor_pb2.FileDescriptorProto()
    loaded.DESCRIPTOR.CopyToProto(file)
    return file


def trim(file, kept):
    trimmed = descriptor_pb2.FileDescriptorProto(name=file.name, package=file.package, syntax=file.syntax)
    for message in file.message_type:
        if message.name not in kept:
            continue
        fields = [f for f in message.field if f.name in kept[message.name]]
        missing = set(kept[message.name]) - {f.name for f in fields}
        assert not missing, f"{message.name} has no {missing}"
        oneofs = sorted({f.oneof_index for f in fields if f.HasField("oneof_index")})
        copy = trimmed.message_type.add(name=message.name)
        for index in oneofs:
            copy.oneof_decl.add().CopyFrom(message.oneof_decl[index])
        for field in fields:
            new = copy.field.add()
            new.CopyFrom(field)
            # protoc fills it in for its plugins: num_workers is numWorkers.
            words = field.name.split("_")
            new.json_name = words[0] + "".join(word.capitalize() for word in words[1:])
            if field.HasField("oneof_index"):
                new.oneof_index = oneofs.index(field.oneof_index)
    for enum in file.enum_type:
        if enum.name in kept:
            trimmed.enum_type.add().CopyFrom(enum)
    return trimmed


def main(generator, folder, version):
    files = [trim(descriptor(name), kept) for name, kept in KEPT.items()]
    request = plugin_pb2.CodeGeneratorRequest(
        compiler_version=plugin_pb2.Version(major=6, minor=33, patch=1),
        file_to_generate=[f.name for f in files], proto_file=files, parameter="FileNaming=DropPath"
    )
    answer = subprocess.run([generator], input=request.SerializeToString(), stdout=subprocess.PIPE, check=True)
    response = plugin_pb2.CodeGeneratorResponse.FromString(answer.stdout)
    assert not response.error, response.error
    for file in response.file:
        with open(os.path.join(folder, file.name), "w") as out:
            out.write(f"// Made by ops/generate-cpsat-protos from OR-Tools {version} (Apache-2.0).\n")
            out.write(file.content)
        print(os.path.join(folder, file.name))


main(*sys.argv[1:])
