using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace ZProc.Benchmarks.Allocations;

/// <summary>Counts the managed memory of the hot paths with BenchmarkDotNet, in this process.</summary>
internal static class AllocationRun
{
    public static IReadOnlyList<Allocation> Run()
    {
        var folder = Directory.CreateTempSubdirectory("zproc-benchmarks-");
        try
        {
            var config = ManualConfig.CreateEmpty()
                .WithArtifactsPath(folder.FullName)
                .AddLogger(NullLogger.Instance)
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddJob(Job.ShortRun.WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromMinutes(2), logOutput: false)));
            var summary = BenchmarkRunner.Run<StateOperations>(config);
            return [.. summary.Reports.Select(report => new Allocation(
                report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
                report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? throw new InvalidOperationException($"{report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo} was not measured.")))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
