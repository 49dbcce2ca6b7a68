using System.Globalization;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Client;

namespace ZProc.Progress;

/// <summary>Shows how much of a large namespace has arrived, while a command waits for it. For the command's thread.</summary>
internal sealed class TransferProgress : ITransferObserver
{
    private const double Megabyte = 1_000_000;

    private readonly PSCmdlet _command;
    private readonly string _namespace;
    private WorkProgress? _progress; // of the present wait: most calls of a command have none

    /// <param name="command">The command.</param>
    /// <param name="ns">The namespace that it reads or watches.</param>
    public TransferProgress(PSCmdlet command, string ns)
    {
        _command = command;
        _namespace = ns;
    }

    /// <inheritdoc/>
    public Deadline Due => (_progress ??= new WorkProgress(new ProgressWriter(_command))).Due;

    /// <inheritdoc/>
    public void OnTransfer(Transfer transfer) => _progress?.Update(() => Describe(transfer));

    /// <inheritdoc/>
    public void OnEnded()
    {
        _progress?.Dispose();
        _progress = null;
    }

    private WorkStatus Describe(Transfer transfer) => transfer.AllKeys == 0
        ? new WorkStatus($"namespace {_namespace}: waiting for the first keys")
        : new WorkStatus(
            string.Create(
                CultureInfo.CurrentCulture,
                $"namespace {_namespace}: {transfer.Keys:N0} of {transfer.AllKeys:N0} keys received, {transfer.Bytes / Megabyte:N1} MB"),
            WorkStatus.PercentOf(transfer.Keys, transfer.AllKeys));
}
