using System.Management.Automation;
using ZProc.Core.Scheduling;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Progress;

namespace ZProc.Parallel;

/// <summary>Writes what items wrote as the command's own output. For the command's thread.</summary>
internal sealed class ItemOutput
{
    private const int MostBars = 1_000; // more than any host shows

    private readonly Cmdlet _command;
    private readonly bool _stopsOnError;
    private readonly ProgressWriter _progress;
    private readonly Dictionary<int, string> _bars = []; // the activities of progress bars that items have shown, by id
    private long _lastFailed = -1;

    /// <summary>Makes the output of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="stopsOnError">Whether the first error of an item ends the command.</param>
    /// <param name="progress">Writes the progress records of items.</param>
    public ItemOutput(Cmdlet command, bool stopsOnError, ProgressWriter progress)
    {
        _command = command;
        _stopsOnError = stopsOnError;
        _progress = progress;
    }

    /// <summary>How many items have written an error.</summary>
    public long Failed { get; private set; }

    /// <summary>How many items an error has ended.</summary>
    public long Ended { get; private set; }

    /// <summary>Writes results of a batch, in their order.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="results">Output objects, and <see cref="ItemRecord"/>s.</param>
    public void Write(ItemBatch batch, IReadOnlyList<object?> results)
    {
        foreach (var result in results)
        {
            if (result is not ItemRecord record)
            {
                _command.WriteObject(result);
            }
            else if (record.Item.Kind is OutputKind.Error or OutputKind.Failure)
            {
                WriteError(batch, record);
            }
            else
            {
                Write(record.Item);
            }
        }
    }

    /// <summary>Writes output that belongs to no item.</summary>
    public void Write(OutputItem item)
    {
        if (item.Kind == OutputKind.Progress)
        {
            WriteProgress((ProgressRecord)item.Open()!);
        }
        else
        {
            _command.Write(item.Kind, item.Open());
        }
    }

    /// <summary>Removes the progress bars that items have left: an item that was stopped or has died removes none itself.</summary>
    public void EndProgress()
    {
        foreach (var (id, activity) in _bars)
        {
            _progress.Complete(new ProgressRecord(id, activity, "done"));
        }

        _bars.Clear();
    }

    private void WriteProgress(ProgressRecord record)
    {
        _progress.Write(record);
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _bars.Remove(record.ActivityId);
        }
        else if (_bars.Count < MostBars)
        {
            _bars[record.ActivityId] = record.Activity;
        }
    }

    private void WriteError(ItemBatch batch, ItemRecord record)
    {
        var error = (ErrorRecord)record.Item.Open()!;
        if (record.Position < 0 || ErrorRecords.IsNativeLine(error))
        {
            _command.Write(record.Item.Kind, error);
            return;
        }

        var index = batch.IndexOf(record.Position);
        if (index != _lastFailed)
        {
            _lastFailed = index; // one item may write several errors
            Failed++;
        }

        Ended += record.Item.Kind == OutputKind.Failure ? 1 : 0;
        error = ItemErrors.Name(error, index, CopiedItem.OriginalOf(batch[record.Position]));
        if (_stopsOnError)
        {
            _command.ThrowTerminatingError(error);
        }

        _command.WriteError(error);
    }
}
